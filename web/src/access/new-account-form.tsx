import { PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { ApiError } from "../../../src/client/api-error.ts";
import type { Role } from "../../../src/job/access-contract.ts";
import { describeError } from "../data/describe-error.ts";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { t } from "../words/words.ts";
import { RoleChoice } from "./role-choice.tsx";
import { useAccessChange } from "./use-access.ts";
import "../ui/form.css";

interface NewAccountFormProps {
  /** The first one is an admin's: nothing is to be chosen. */
  first: boolean;
  onDone: () => void;
  onLeave: () => void;
  leave: string;
}

/** A name, a password, and what they may do. */
export function NewAccountForm({ first, onDone, onLeave, leave }: NewAccountFormProps) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("operate");
  const add = useAccessChange(
    (access, given: { name: string; password: string; role: Role }) => access.addAccount(given),
    { done: onDone },
  );
  const field = add.error instanceof ApiError ? add.error.field : null;
  const message = add.error === null ? null : describeError(add.error).message;
  const submit = (event: { preventDefault: () => void }): void => {
    event.preventDefault();
    add.mutate({ name, password, role: first ? "admin" : role });
  };
  return (
    <form className="form access-form" onSubmit={submit}>
      <TextInput
        label={t("Name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={field === "name" ? message : undefined}
        autoComplete="username"
        autoCapitalize="none"
        data-autofocus
        autoFocus
      />
      <PasswordInput
        label={t("Password")}
        description={t("At least 10 characters; a few words are easier to remember.")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={field === "password" ? message : undefined}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": t("Show the password") }}
      />
      {!first && <RoleChoice label={t("Role")} value={role} onChange={setRole} />}
      <FormProblem message={field === "name" || field === "password" ? null : message} />
      <div className="form__buttons">
        <Button variant="default" onClick={onLeave}>
          {leave}
        </Button>
        <Button type="submit" disabled={name.trim() === "" || password === ""} loading={add.isPending}>
          {t("Make account")}
        </Button>
      </div>
    </form>
  );
}
