import { Navigate } from "@tanstack/react-router";

export function Start() {
  return <Navigate to="/console/projects" replace />;
}
