import { PasswordInput, TextInput } from "@mantine/core";
import { LogIn } from "lucide-react";
import { useState } from "react";
import { describeError } from "../data/describe-error.ts";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { t } from "../words/words.ts";
import { useAccessChange } from "./use-access.ts";
import "../ui/form.css";

interface SignInFormProps {
  onDone: () => void;
  /** To the form for the server's token. */
  onToken: () => void;
}

/** A name and a password. */
export function SignInForm({ onDone, onToken }: SignInFormProps) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const enter = useAccessChange(
    (access, given: { name: string; password: string }) => access.signIn(given.name, given.password),
    { done: onDone },
  );
  const submit = (event: { preventDefault: () => void }): void => {
    event.preventDefault();
    enter.mutate({ name, password });
  };
  return (
    <form className="form surface gate__form" onSubmit={submit}>
      <LogIn size={26} aria-hidden />
      <h1 className="gate__title">{t("Sign in")}</h1>
      <TextInput
        label={t("Name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="username"
        autoCapitalize="none"
        data-autofocus
        autoFocus
      />
      <PasswordInput
        label={t("Password")}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ "aria-label": t("Show the password") }}
      />
      <FormProblem message={enter.error === null ? null : describeError(enter.error).message} />
      <Button type="submit" disabled={name.trim() === "" || password === ""} loading={enter.isPending}>
        {t("Sign in")}
      </Button>
      <Button variant="subtle" size="compact-sm" onClick={onToken}>
        {t("Use the server’s token instead")}
      </Button>
    </form>
  );
}
