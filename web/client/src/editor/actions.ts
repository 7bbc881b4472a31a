import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Action } from "./keys";

export const ACTIONS: Record<Action, MessageDescriptor> = {
  select: msg`Select and move`,
  box: msg`Draw boxes`,
  polygon: msg`Draw outlines`,
  brush: msg`Brush`,
  eraser: msg`Eraser`,
  smaller: msg`Smaller brush`,
  larger: msg`Larger brush`,
  undo: msg`Undo`,
  redo: msg`Redo`,
  remove: msg`Delete`,
  duplicate: msg`Duplicate`,
  hide: msg`Hide what is drawn`,
  fit: msg`Show the whole picture`,
  play: msg`Play and pause`,
  back: msg`Back 3 seconds`,
  slower: msg`Slower`,
  faster: msg`Faster`,
  submit: msg`Submit`,
  skip: msg`Skip`,
  instructions: msg`Instructions`,
  help: msg`Show the keys`,
};
