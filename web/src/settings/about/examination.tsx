import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Lightbulb, RotateCw } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { DoctorAnswer, FindingMessage } from "../../../../src/wire/doctor.ts";
import { describeError } from "../../data/describe-error.ts";
import { useServer } from "../../data/server.tsx";
import { Button } from "../../ui/button.tsx";
import { copyAndTell } from "../../ui/copy-and-tell.ts";
import { FormProblem } from "../../ui/form-problem.tsx";
import { t, tn } from "../../words/words.ts";
import { SettingsGroup } from "../settings-group.tsx";
import { byWeight, reportText } from "./report.ts";
import "../../ui/finding.css";

const LOOKS: Record<FindingMessage["state"], { icon: LucideIcon; word: string }> = {
  ok: { icon: CircleCheck, word: t("well") },
  hint: { icon: Lightbulb, word: t("hint") },
  problem: { icon: CircleAlert, word: t("problem") },
};

/** Looks at the whole installation, and says what was found and what to do about it. */
export function Examination() {
  const { client } = useServer();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["doctor"],
    queryFn: ({ signal }) => client.examine(signal),
    // It starts programs and asks other servers: once, and when a person wants it again.
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <SettingsGroup
      title={t("Diagnosis")}
      about={data === undefined ? t("Folders, programs, services and instances are looked at.") : sumUp(data)}
      tools={
        <div className="settings-group__tools">
          {data !== undefined && (
            <Button
              variant="default"
              size="compact-sm"
              onClick={() => void copyAndTell(reportText(data), t("The report"))}
            >
              {t("Copy report")}
            </Button>
          )}
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<RotateCw size={13} aria-hidden />}
            loading={isFetching}
            onClick={() => void refetch()}
          >
            {t("Run again")}
          </Button>
        </div>
      }
    >
      {error !== null && <FormProblem message={describeError(error).message} />}
      {data === undefined ? (
        error === null && <p className="settings-group__note">{t("Looking; this may take seconds.")}</p>
      ) : (
        <Findings findings={data.findings} />
      )}
    </SettingsGroup>
  );
}

function Findings({ findings }: Pick<DoctorAnswer, "findings">) {
  return (
    <ul className="findings">
      {byWeight(findings).map(({ area, name, state, message, advice }) => {
        const { icon: Icon, word } = LOOKS[state];
        return (
          <li key={`${area} ${name} ${message}`} className="finding" data-state={state}>
            <Icon size={16} className="finding__mark" role="img" aria-label={word} />
            <div className="finding__text">
              <div dir="auto">{message}</div>
              {advice !== null && (
                <div className="finding__advice" dir="auto">
                  {advice}
                </div>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function sumUp({ findings, runtime, platform }: DoctorAnswer): string {
  const count = (state: FindingMessage["state"]): number =>
    findings.filter((finding) => finding.state === state).length;
  const [problems, hints] = [count("problem"), count("hint")];
  return [
    problems === 0 ? t("No problems") : tn(problems, "{n} problem", "{n} problems"),
    ...(hints === 0 ? [] : [tn(hints, "{n} hint", "{n} hints")]),
    runtime,
    platform,
  ].join(" · ");
}
