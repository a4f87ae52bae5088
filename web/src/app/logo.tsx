/** Two halyards and what is hauled down between them; reads as an H. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="#0b6f85" />
      <path d="M9.5 8v16M22.5 8v16" fill="none" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
      <path
        d="M16 8.5v9.6m-4.1-3.6 4.1 4.1 4.1-4.1"
        fill="none"
        stroke="#8fe3f0"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
