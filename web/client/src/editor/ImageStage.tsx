import type { Answers, Value } from "./answers";
import type { ImageBlock, ShapeField } from "./documents";

export type StageProps = {
  /** The drawing's log is kept under this name. */
  name: string;
  image: ImageBlock;
  fields: readonly ShapeField[];
  answers: Answers;
  activeField: ShapeField | undefined;
  label: string;
  onActivate: (field: string, label: string) => void;
  onChange: (field: string, value: Value) => void;
};

/** The item's picture with what is drawn on it. */
export function ImageStage({ image }: StageProps) {
  return (
    <div className="grid h-[52dvh] min-h-0 place-items-center overflow-hidden desk:h-auto desk:grow">
      <img src={image.url} alt={image.alt} width={image.width} height={image.height} className="max-h-full max-w-full object-contain" />
    </div>
  );
}
