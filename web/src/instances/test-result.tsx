import { CircleCheck, TriangleAlert } from "lucide-react";
import { VerifyLink } from "../host-keys/verify-link.tsx";
import { useTestState } from "./use-instance-actions.ts";

/** What came of the latest test, below the instance it is about. */
export function TestResult({ hostId, label }: { hostId: string; label: string }) {
  const test = useTestState(hostId);
  return (
    <div role="status" className="instance__test">
      {test.kind === "answer" && test.answer.success && (
        <p data-tone="ok">
          <CircleCheck size={15} aria-hidden />
          {test.answer.message}
        </p>
      )}
      {test.kind === "answer" && !test.answer.success && (
        <p data-tone="bad">
          <TriangleAlert size={15} aria-hidden />
          <span>
            {test.answer.message}{" "}
            {test.answer.needs_confirmation === true && <VerifyLink hostId={hostId} of={label} />}
          </span>
        </p>
      )}
      {test.kind === "error" && (
        <p data-tone="bad">
          <TriangleAlert size={15} aria-hidden />
          {test.message}
        </p>
      )}
    </div>
  );
}
