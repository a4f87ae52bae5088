/** The files for several machines, held to what the program has: nothing of Docker or Kubernetes is here to try them with. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { rowOf, SETTING_NAMES } from "../src/config/settings-table.ts";
import { roleOfRoute } from "../src/server/access/route-roles.ts";
import { ROOT } from "./run-command.ts";
import { findProgram } from "./test-tools.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const ENTRYPOINT = "deploy/docker/entrypoint.sh";

/** Variables of the image that are no settings. */
const OF_THE_IMAGE = new Set(["PUID", "PGID", "UMASK", "TZ", "SECRETS_FOLDER"]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-deploy-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Every variable is one there is, and its value one that it may have. */
function checkEnvironment(environment: Readonly<Record<string, string>>): void {
  for (const [variable, value] of Object.entries(environment)) {
    if (OF_THE_IMAGE.has(variable)) continue;
    const name = SETTING_NAMES.find((each) => rowOf(each).env === variable);
    expect(name, variable).toBeDefined();
    if (name === undefined) continue;
    const meant = rowOf(name).kind.read(value, { folder: "/config", home: "/config" });
    expect(meant, `${variable}=${value}`).toBeDefined();
  }
}

function secretsOfEntrypoint(): string[] {
  return /for name in (.+); do/.exec(read(ENTRYPOINT))?.[1]?.split(" ") ?? [];
}

function helpOf(command: string): string {
  const { status, stdout } = spawnSync(join(ROOT, "bin/haulyard"), [command, "--help"], { encoding: "utf8" });
  expect([command, status]).toEqual([command, 0]);
  return stdout;
}

interface Service {
  command?: string[];
  image: string;
  environment: Record<string, string>;
  volumes: string[];
  secrets?: string[];
  networks: string[];
  ports?: string[];
  depends_on?: Record<string, unknown>;
  healthcheck?: object;
}

interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
  networks: Record<string, { ipam: { config: { subnet: string }[] } }>;
  volumes: Record<string, unknown>;
}

describe("deploy/cluster/compose.yaml", () => {
  const compose = parse(read("deploy/cluster/compose.yaml"), { merge: true }) as Compose;
  const nginx = read("deploy/cluster/nginx.conf");
  const ours = Object.entries(compose.services).filter(([, { image }]) => image === "haulyard:latest");
  const kindOf = ({ command }: Service): string => command?.at(-1) ?? "serve";

  test("starts two servers and three workers, each under a name and on a disk of its own", () => {
    expect(ours.map(([, service]) => kindOf(service))).toEqual([
      "serve",
      "serve",
      "worker",
      "worker",
      "worker",
    ]);
    for (const [name, { environment, volumes }] of ours) {
      checkEnvironment(environment);
      expect(environment["HAULYARD_NODE"]).toBe(name);
      expect(volumes).toEqual([`${name}-config:/config`, `${name}-downloads:/downloads`]);
      for (const volume of volumes) expect(compose.volumes).toHaveProperty([volume.split(":")[0] ?? ""]);
    }
    for (const kind of new Set(ours.map(([, service]) => kindOf(service)))) helpOf(kind);
  });

  test("listens where the image's health check asks, and only nginx is reached from outside", () => {
    for (const [, { environment, ...service }] of ours) {
      expect(environment["HAULYARD_PORT"]).toBe("8866");
      expect(service).not.toHaveProperty("ports");
    }
    expect(compose.services["nginx"]).toMatchObject({ ports: ["127.0.0.1:8866:80"] });
    expect(compose.services["nginx"]?.healthcheck).toMatchObject({
      test: expect.arrayContaining(["http://127.0.0.1/ready"]),
    });
    expect(roleOfRoute("GET", "/ready")).toBe("public");
    expect(compose.services["postgres"]?.healthcheck).toBeDefined();
    for (const [, { depends_on: needs }] of ours)
      expect(needs).toEqual({ postgres: { condition: "service_healthy" } });
  });

  test("keeps its secrets in files that the entrypoint reads and that neither git nor the image gets", () => {
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(secretsOfEntrypoint()).toContain(name);
      expect(file).toBe(`./secrets/${name}`);
    }
    for (const [, { secrets, environment }] of ours) {
      expect(secrets?.toSorted()).toEqual(Object.keys(compose.secrets).toSorted());
      expect(URL.parse(environment["HAULYARD_DATABASE_URL"] ?? "")).toMatchObject({
        hostname: "postgres",
        password: "",
      });
    }
    expect(read(".gitignore")).toContain("/deploy/cluster/secrets/\n");
    expect(read(".dockerignore")).toContain("deploy/cluster/secrets\n");
    const { environment = {} } = compose.services["postgres"] ?? {};
    expect(environment["POSTGRES_PASSWORD_FILE"]).toBe("/run/secrets/PGPASSWORD");
  });

  test("has a proxy that knows both servers and whose word on addresses counts", () => {
    const upstream = [...nginx.matchAll(/^\s*server (\S+):(\d+) /gm)].map(([, name, port]) => [name, port]);
    const servers = ours.filter(([, service]) => kindOf(service) === "serve");
    expect(upstream).toEqual(
      servers.map(([name, { environment }]) => [name, environment["HAULYARD_PORT"] ?? ""]),
    );
    for (const [name, { environment }] of servers)
      expect(environment["HAULYARD_NODE_URL"]).toBe(`http://${name}:8866`);
    const subnet = compose.networks["haulyard"]?.ipam.config[0]?.subnet;
    for (const [, { environment }] of ours) expect(environment["HAULYARD_TRUSTED_PROXIES"]).toBe(subnet);
  });

  test("lets its machines give files to each other, at their own names and inside the network alone", () => {
    for (const [name, { environment }] of ours) {
      expect(environment).toMatchObject({
        HAULYARD_LABELS: expect.stringMatching(/^site=/),
        HAULYARD_SHARE_HOST: "0.0.0.0",
        HAULYARD_SHARE_URL: `http://${name}:${environment["HAULYARD_SHARE_PORT"]}`,
      });
      expect(environment["HAULYARD_SHARE_PORT"]).not.toBe(environment["HAULYARD_PORT"]);
    }
    const sites = ours.map(([, { environment }]) => environment["HAULYARD_LABELS"]);
    expect(new Set(sites).size).toBeLessThan(sites.length);
    for (const { ports = [] } of Object.values(compose.services))
      expect(ports.join(" ")).not.toContain("8868");
    expect(nginx).not.toContain("8868");
  });

  test.skipIf(findProgram("nginx") === null)(
    "has a proxy whose settings nginx takes (skipped without nginx)",
    () => {
      for (const name of ["body", "proxy", "fastcgi", "uwsgi", "scgi"]) mkdirSync(join(folder, name));
      const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (name) => `${name}_temp_path ${folder}/${name.replace("client_", "")};`,
      );
      // The names are those of containers.
      const text = nginx
        .replaceAll(/server-\d:/g, "127.0.0.1:")
        .replace("listen 80;", "listen 127.0.0.1:18866;");
      const config = join(folder, "nginx.conf");
      writeFileSync(
        config,
        `pid ${folder}/pid; error_log ${folder}/error.log; events {} http { access_log off; ${paths.join(" ")}\n${text} }`,
      );
      const found = spawnSync(findProgram("nginx") ?? "", ["-t", "-p", folder, "-c", config], {
        encoding: "utf8",
      });
      expect([found.status, found.stderr]).toEqual([0, expect.stringContaining("test is successful")]);
    },
  );
});

interface Container {
  args: string[];
  env: { name: string; value?: string; valueFrom?: { fieldRef: { fieldPath: string } } }[];
  ports: { name: string; containerPort: number }[];
  volumeMounts: { name: string; mountPath: string }[];
  lifecycle?: { preStop: { exec: { command: string[] } } };
  [probe: `${string}Probe`]: { httpGet: { path: string; port: string } };
}

interface Resource {
  kind: string;
  metadata: { name: string };
  stringData?: Record<string, string>;
  spec: {
    clusterIP?: string;
    publishNotReadyAddresses?: boolean;
    podSelector?: { matchLabels: Record<string, string> };
    ingress?: object[];
    selector: Record<string, unknown>;
    serviceName?: string;
    ports?: { targetPort: string }[];
    template: {
      metadata: { labels: Record<string, string> };
      spec: {
        terminationGracePeriodSeconds: number;
        containers: Container[];
        volumes: { name: string; secret?: { secretName: string; defaultMode: number } }[];
      };
    };
    volumeClaimTemplates: { metadata: { name: string } }[];
  };
}

describe("deploy/kubernetes", () => {
  const resourcesOf = (file: string): Resource[] =>
    parseAllDocuments(read(`deploy/kubernetes/${file}`)).map((one) => one.toJS() as Resource);
  const [secret] = resourcesOf("secret.example.yaml");
  const all = ["server.yaml", "worker.yaml"].flatMap(resourcesOf);
  const [policy] = resourcesOf("network.yaml");
  const sets = all.filter(({ kind }) => kind === "StatefulSet");
  const services = all.filter(({ kind }) => kind === "Service");
  const partsOf = ({ spec }: Resource) => {
    const [container] = spec.template.spec.containers;
    if (container === undefined) throw new Error("no container");
    return { pod: spec.template.spec, container, labels: spec.template.metadata.labels };
  };

  test("has a set of servers and a set of workers, whose names and disks stay theirs", () => {
    expect(sets.map(({ metadata }) => metadata.name)).toEqual(["haulyard-server", "haulyard-worker"]);
    for (const set of sets) {
      const { container, pod, labels } = partsOf(set);
      const environment = Object.fromEntries(
        container.env.map(({ name, value }) => [name, value ?? "haulyard-worker-0"]),
      );
      checkEnvironment({
        ...environment,
        ...Object.fromEntries(
          Object.entries(environment)
            .filter(([name]) => name.endsWith("_URL"))
            .map(([name, value]) => [name, value.replace("$(HAULYARD_NODE)", "a-0")]),
        ),
      });
      const node = container.env.find(({ name }) => name === "HAULYARD_NODE");
      expect(node?.valueFrom?.fieldRef.fieldPath).toBe("metadata.name");
      const claims = set.spec.volumeClaimTemplates.map(({ metadata }) => metadata.name);
      expect(claims).toEqual(["config", "downloads"]);
      const volumes = [...claims, ...pod.volumes.map(({ name }) => name)];
      for (const { name } of container.volumeMounts) expect(volumes).toContain(name);
      const mounted = container.volumeMounts.filter(({ name }) => claims.includes(name));
      const places = `["${mounted.map(({ mountPath }) => mountPath).join('", "')}"]`;
      expect(read("Dockerfile")).toContain(`VOLUME ${places}`);
      expect(set.spec.selector).toEqual({ matchLabels: labels });
    }
  });

  test("has a service for each set, and one for whoever asks, that lead to ports there are", () => {
    for (const set of sets) {
      const { container, labels } = partsOf(set);
      const own = services.find(({ metadata }) => metadata.name === set.spec.serviceName);
      expect(own?.spec).toMatchObject({ clusterIP: "None", selector: labels });
      expect(own?.spec.ports?.map(({ targetPort }) => targetPort)).toEqual(["http", "share"]);
      expect(container.ports).toEqual([
        { name: "http", containerPort: 8866 },
        { name: "share", containerPort: 8868 },
      ]);
    }
    const front = services.find(({ metadata }) => metadata.name === "haulyard");
    expect(front?.spec.selector).toEqual(partsOf(sets[0] as Resource).labels);
    // What leads in from outside leads to the page alone.
    expect(front?.spec.ports?.map(({ targetPort }) => targetPort)).toEqual(["http"]);
  });

  test("lets its pods, and nobody else, ask each other for files, each at the name it stays under", () => {
    for (const set of sets) {
      const { container, labels } = partsOf(set);
      const valueOf = (name: string): string | undefined =>
        container.env.find((each) => each.name === name)?.value;
      expect(valueOf("HAULYARD_LABELS")).toMatch(/^site=/);
      expect(valueOf("HAULYARD_SHARE_HOST")).toBe("0.0.0.0");
      const [, share] = container.ports;
      expect(valueOf("HAULYARD_SHARE_PORT")).toBe(String(share?.containerPort));
      expect(valueOf("HAULYARD_SHARE_URL")).toBe(
        `http://$(HAULYARD_NODE).${set.spec.serviceName}:${share?.containerPort}`,
      );
      // A variable counts in others only behind the one that sets it.
      const names = container.env.map(({ name }) => name);
      expect(names.indexOf("HAULYARD_SHARE_URL")).toBeGreaterThan(names.indexOf("HAULYARD_NODE"));
      const own = services.find(({ metadata }) => metadata.name === set.spec.serviceName);
      expect(own?.spec.publishNotReadyAddresses).toBe(true);
      expect(labels).toMatchObject(policy?.spec.podSelector?.matchLabels ?? { none: "" });
    }
    const [open, closed] = policy?.spec.ingress ?? [];
    expect(open).toEqual({ ports: [{ port: "http" }] });
    expect(closed).toEqual({
      from: [{ podSelector: policy?.spec.podSelector }],
      ports: [{ port: "share" }],
    });
  });

  test("probes what answers without a token, at the port that is listened on", () => {
    for (const set of sets) {
      const { container } = partsOf(set);
      expect(container.env.find(({ name }) => name === "HAULYARD_PORT")?.value).toBe("8866");
      const probes = Object.entries(container).filter(([name]) => name.endsWith("Probe")) as [
        string,
        { httpGet: { path: string; port: string } },
      ][];
      expect(probes.map(([name, { httpGet }]) => [name, httpGet.path, httpGet.port])).toEqual([
        ["startupProbe", "/health", "http"],
        // Never what asks the database: while it is away, downloads go on.
        ["livenessProbe", "/health", "http"],
        ["readinessProbe", "/ready", "http"],
      ]);
      for (const [, { httpGet }] of probes) expect(roleOfRoute("GET", httpGet.path)).toBe("public");
    }
  });

  test("mounts every key of its secret where the entrypoint looks, under a name it reads", () => {
    expect(Object.keys(secret?.stringData ?? {})).toEqual(["HAULYARD_DATABASE_URL", "HAULYARD_TOKEN"]);
    for (const key of Object.keys(secret?.stringData ?? {})) expect(secretsOfEntrypoint()).toContain(key);
    for (const set of sets) {
      const { container, pod } = partsOf(set);
      const mount = container.volumeMounts.find(({ name }) => name === "secrets");
      expect(container.env.find(({ name }) => name === "SECRETS_FOLDER")?.value).toBe(mount?.mountPath);
      const volume = pod.volumes.find(({ name }) => name === "secrets");
      expect(volume?.secret).toEqual({ secretName: secret?.metadata.name, defaultMode: 0o440 });
    }
    expect(read(".gitignore")).toContain("/deploy/kubernetes/secret.yaml\n");
  });

  test("drains a worker before it is stopped, with options there are and time for it", () => {
    const [server, worker] = sets.map(partsOf);
    expect(server?.container.args).toEqual(["tini", "--", "haulyard", "serve"]);
    expect(worker?.container.args).toEqual(["tini", "--", "haulyard", "worker"]);
    const line = worker?.container.lifecycle?.preStop.exec.command.at(-1) ?? "";
    const [, options = "", rest = ""] =
      /^\/app\/deploy\/docker\/entrypoint\.sh haulyard worker (.+) && sleep (\d+)$/.exec(line) ?? [];
    const help = helpOf("worker");
    const flags = options.match(/--[a-z-]+/g) ?? [];
    expect(flags).toEqual(["--name", "--drain", "--drain-timeout"]);
    for (const flag of flags) expect(help).toMatch(new RegExp(`^ +${flag}\\b`, "m"));
    const drainSeconds = Number(/--drain-timeout (\d+)s/.exec(options)?.[1]);
    expect(Number(rest)).toBeGreaterThan(drainSeconds);
    expect(worker?.pod.terminationGracePeriodSeconds).toBeGreaterThan(Number(rest));
  });
});

describe("secrets in files", () => {
  const start = (env: Record<string, string>): string =>
    spawnSync(
      "dash",
      [join(ROOT, ENTRYPOINT), "sh", "-c", 'printf "%s|%s" "$HAULYARD_TOKEN" "$PGPASSWORD"'],
      {
        encoding: "utf8",
        env: {
          PATH: process.env["PATH"] ?? "",
          CONFIG_FOLDER: join(folder, "config"),
          DOWNLOADS_FOLDER: join(folder, "downloads"),
          SECRETS_FOLDER: join(folder, "secrets"),
          PUID: String(process.getuid?.()),
          PGID: String(process.getgid?.()),
          ...env,
        },
      },
    ).stdout;

  test("are what the variables of their names hold, whatever is in them; a variable that is set counts", () => {
    expect(start({})).toBe("|");
    mkdirSync(join(folder, "secrets"));
    writeFileSync(join(folder, "secrets/HAULYARD_TOKEN"), "of the file\n");
    writeFileSync(join(folder, "secrets/PGPASSWORD"), "a'b\"c$(id)`id`\\ d");
    writeFileSync(join(folder, "secrets/PATH"), "/nowhere");
    expect(start({})).toBe("of the file|a'b\"c$(id)`id`\\ d");
    expect(start({ HAULYARD_TOKEN: "given" })).toBe("given|a'b\"c$(id)`id`\\ d");
  });
});
