import { TriangleAlert } from "lucide-react";
import "./form.css";

/** What is wrong with a form as a whole. */
export function FormProblem({ message }: { message: string | null }) {
  if (message === null) return null;
  return (
    <p className="form__problem" role="alert">
      <TriangleAlert size={15} aria-hidden />
      {message}
    </p>
  );
}
