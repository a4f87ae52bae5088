/** Systems and machines as their makers write them. */

const OS_NAMES: Readonly<Record<string, string>> = {
  almalinux: "AlmaLinux",
  alpine: "Alpine Linux",
  arch: "Arch Linux",
  centos: "CentOS Stream",
  debian: "Debian",
  fedora: "Fedora",
  freebsd: "FreeBSD",
  netbsd: "NetBSD",
  openbsd: "OpenBSD",
  opensuse: "openSUSE",
  oracle: "Oracle Linux",
  rhel: "RHEL",
  rocky: "Rocky Linux",
  ubuntu: "Ubuntu",
  windows: "Windows",
};

/** What nobody has told us is written as the catalogue writes it. */
export function osName(distribution: string): string {
  return Object.hasOwn(OS_NAMES, distribution) ? (OS_NAMES[distribution] ?? distribution) : distribution;
}

export function archName(arch: string): string {
  switch (arch) {
    case "x86_64":
    case "amd64":
      return "x86-64";
    case "aarch64":
      return "arm64";
    default:
      return arch;
  }
}
