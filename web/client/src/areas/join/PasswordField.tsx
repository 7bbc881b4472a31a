import { useLingui } from "@lingui/react/macro";
import { Eye, EyeOff } from "lucide-react";
import { type ReactNode, useState } from "react";
import { IconButton } from "@/ui/Button";
import { Field, input } from "@/ui/Field";
import { classes } from "@/ui/words";

type Props = {
  label: string;
  autoComplete: "current-password" | "new-password";
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  error?: ReactNode;
};

export function PasswordField({ label, autoComplete, value, onChange, hint, error }: Props) {
  const { t } = useLingui();
  const [isShown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => (
        <div className="relative">
          <input
            {...attributes}
            type={isShown ? "text" : "password"}
            name="password"
            autoComplete={autoComplete}
            required
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className={classes(input, "pr-12")}
          />
          <IconButton
            label={isShown ? t`Hide password` : t`Show password`}
            aria-pressed={isShown}
            onClick={() => setShown(!isShown)}
            className="!size-9 !min-h-9 absolute top-1 right-1"
          >
            {isShown ? <EyeOff className="size-4" aria-hidden /> : <Eye className="size-4" aria-hidden />}
          </IconButton>
        </div>
      )}
    </Field>
  );
}
