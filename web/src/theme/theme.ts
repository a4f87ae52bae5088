/** Mantine in our own colours: its components behave, the tokens say how they look. */
import type { CSSVariablesResolver, MantineColorsTuple, VariantColorsResolver } from "@mantine/core";
import { createTheme, defaultVariantColorsResolver } from "@mantine/core";
import { ChevronDown } from "lucide-react";
import { createElement } from "react";
import { t } from "../words/words.ts";

const sea: MantineColorsTuple = [
  "#e6f5f8",
  "#cdebf1",
  "#9dd8e4",
  "#66c8dc",
  "#37abc4",
  "#1f97b0",
  "#0f829a",
  "#0b6f85",
  "#0a5d6f",
  "#084a59",
];

const dark: MantineColorsTuple = [
  "#e8ecf0",
  "#c3ccd4",
  "#9ca8b4",
  "#6f7c89",
  "#3a4550",
  "#2a323b",
  "#1c232a",
  "#0f1317",
  "#0c0f13",
  "#080a0d",
];

const SANS = `-apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif`;

/** Filled and light buttons in tokens: Mantine would take the contrast of one scheme for both. */
const variantColors: VariantColorsResolver = (input) => {
  const known = defaultVariantColorsResolver(input);
  const name = input.color ?? input.theme.primaryColor;
  const token = name === "sea" ? "accent" : name === "red" ? "bad" : null;
  if (token === null) return known;
  switch (input.variant) {
    case "filled":
      return {
        ...known,
        background: `var(--${token}-fill)`,
        hover: `var(--${token}-fill-hover)`,
        color: `var(--on-${token})`,
      };
    case "light":
      return {
        ...known,
        background: `var(--${token}-soft)`,
        hover: `var(--${token}-soft-hover)`,
        color: token === "accent" ? "var(--accent-text)" : "var(--bad)",
      };
    default:
      return known;
  }
};

export const theme = createTheme({
  primaryColor: "sea",
  primaryShade: { light: 7, dark: 4 },
  variantColorResolver: variantColors,
  colors: { sea, dark },
  fontFamily: SANS,
  // One step smaller than Mantine's: a list of downloads is read, not admired.
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "18px" },
  fontFamilyMonospace: "var(--font-mono)",
  headings: { fontFamily: SANS, fontWeight: "650" },
  defaultRadius: 8,
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Modal: {
      defaultProps: {
        centered: true,
        radius: 14,
        padding: 22,
        overlayProps: { backgroundOpacity: 0.45 },
        closeButtonProps: { "aria-label": t("Close") },
      },
      classNames: { title: "dialog-title" },
    },
    Drawer: {
      defaultProps: { padding: 20, overlayProps: { backgroundOpacity: 0.35 } },
      classNames: { title: "dialog-title" },
    },
    NativeSelect: {
      defaultProps: {
        rightSection: createElement(ChevronDown, { size: 14, "aria-hidden": true }),
        rightSectionWidth: 28,
      },
    },
    Switch: { defaultProps: { withThumbIndicator: false } },
    InputWrapper: { defaultProps: { inputWrapperOrder: ["label", "input", "error", "description"] } },
    Menu: {
      defaultProps: {
        shadow: "md",
        position: "bottom-end",
        width: 216,
        // Inside the page's main part, for people who go from landmark to landmark.
        portalProps: { target: "#main" },
        // The focus goes to the first item, not to an empty element before it.
        withInitialFocusPlaceholder: false,
      },
    },
  },
});

/** Mantine's own variables, pointed at our tokens. */
export const cssVariables: CSSVariablesResolver = () => {
  const both = {
    "--mantine-color-body": "var(--surface)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--dim)",
    "--mantine-color-placeholder": "var(--faint)",
    "--mantine-color-error": "var(--bad)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-default-color": "var(--text)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-primary-color-filled": "var(--accent-fill)",
    "--mantine-primary-color-filled-hover": "var(--accent-fill-hover)",
    "--mantine-color-gray-light-color": "var(--dim)",
    "--mantine-color-gray-light-hover": "var(--sunken)",
  };
  return { variables: {}, light: both, dark: both };
};
