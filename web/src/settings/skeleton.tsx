/** Lines where fields will be, as high as they are. */
export function Skeleton({ lines }: { lines: number }) {
  return (
    <div aria-hidden>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="setting-line setting-line_empty" />
      ))}
    </div>
  );
}
