import { Languages } from "lucide-react";
import { lazy, Suspense } from "react";
import { fetchPart } from "../ui/fetch-part.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { useLateMenu } from "../ui/use-late-menu.ts";
import { t } from "../words/words.ts";

const LanguageItems = lazy(async () => ({
  default: (await fetchPart(() => import("./language-items.tsx"))).LanguageItems,
}));

export function LanguageMenu() {
  const { menu, button } = useLateMenu();
  return (
    <>
      <IconButton label={t("Language")} {...button}>
        <Languages size={17} aria-hidden />
      </IconButton>
      {menu !== null && (
        <Suspense fallback={null}>
          <LanguageItems menu={menu} />
        </Suspense>
      )}
    </>
  );
}
