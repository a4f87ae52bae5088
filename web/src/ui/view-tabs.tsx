import "./view-tabs.css";

interface ViewTabsProps<T extends string> {
  /** What they are views of. */
  label: string;
  views: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}

/** Another look at the same things. */
export function ViewTabs<T extends string>({ label, views, value: chosen, onChange }: ViewTabsProps<T>) {
  return (
    <div className="view-tabs" role="group" aria-label={label}>
      {views.map(({ value, label: name }) => (
        <button
          key={value}
          type="button"
          className="view-tab"
          aria-pressed={value === chosen}
          onClick={() => onChange(value)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
