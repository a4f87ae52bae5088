/**
 * A publisher of images as Ubuntu is one: a simplestreams tree, folders by build with SHA256SUMS beside the images, and
 * pages of the folders. Built on the origin, so every file of it can misbehave as well.
 */
import type { Origin } from "./origin.ts";

export interface PublishedBuild {
  /** `20260926`; also the name of the version. */
  build: string;
  /** Bytes of the image. */
  size: number;
  /** Another seed is another image. */
  seed?: number;
}

export interface Release {
  /** `noble`, the folder's name. */
  codename: string;
  version: string;
  /** As simplestreams says it. */
  architecture: "amd64" | "arm64";
  builds: readonly PublishedBuild[];
}

const MIRROR = "/releases";

/** Puts the tree; what was there of it before is replaced. Answers the root of the mirror. */
export function publish(origin: Origin, releases: readonly Release[]): string {
  const products = Object.fromEntries(releases.map((release) => productOf(origin, release)));
  const path = "streams/v1/com.ubuntu.cloud:released:download.json";
  const index = {
    format: "index:1.0",
    index: {
      "com.ubuntu.cloud:released:download": {
        datatype: "image-downloads",
        format: "products:1.0",
        path,
        products: Object.keys(products),
        updated: "Sat, 26 Sep 2026 00:00:00 +0000",
      },
      "com.ubuntu.cloud:released:aws": {
        datatype: "image-ids",
        format: "products:1.0",
        path: "streams/v1/com.ubuntu.cloud:released:aws.json",
      },
    },
  };
  const document = {
    content_id: "com.ubuntu.cloud:released:download",
    datatype: "image-downloads",
    format: "products:1.0",
    products,
  };
  putText(origin, `${MIRROR}/streams/v1/index.json`, JSON.stringify(index));
  putText(origin, `${MIRROR}/${path}`, JSON.stringify(document));
  return `${origin.url}${MIRROR}/`;
}

/** Where an image of the tree lies. */
export function imagePath({ codename, version, architecture }: Release, build: string): string {
  return `${MIRROR}/${codename}/release-${build}/ubuntu-${version}-server-cloudimg-${architecture}.img`;
}

function productOf(origin: Origin, release: Release): [string, unknown] {
  const { codename, version, architecture, builds } = release;
  const folder = `${MIRROR}/${codename}/`;
  const links = builds.map(({ build }) => `<a href="release-${build}/">release-${build}/</a>`);
  origin.put(folder, {
    size: 0,
    headers: { "Content-Type": "text/html;charset=UTF-8" },
    text: `<html><body><a href="../">Parent</a>\n<a href="release/">release/</a>\n${links.join("\n")}</body></html>`,
  });
  const versions = builds.map(({ build, size, seed }) => {
    const path = imagePath(release, build);
    origin.put(path, { size, seed: seed ?? Number(build) % 1_000_000, etag: "strong" });
    const sha256 = origin.hash(path);
    const name = path.slice(path.lastIndexOf("/") + 1);
    putText(
      origin,
      `${folder}release-${build}/SHA256SUMS`,
      `${sha256} *${name}\n${"0".repeat(64)} *other.tar.gz\n`,
    );
    const items = {
      "disk1.img": { ftype: "disk1.img", path: path.slice(MIRROR.length + 1), sha256, size },
      manifest: {
        ftype: "manifest",
        path: `${codename}/release-${build}/x.manifest`,
        sha256: "0".repeat(64),
        size: 1,
      },
    };
    return [build, { label: "release", pubname: `ubuntu-${codename}-${build}`, items }];
  });
  const product = {
    aliases: `${version},${codename}`,
    arch: architecture,
    os: "ubuntu",
    release: codename,
    release_title: `${version} LTS`,
    supported: true,
    version,
    versions: Object.fromEntries(versions),
  };
  return [`com.ubuntu.cloud:server:${version}:${architecture}`, product];
}

function putText(origin: Origin, path: string, text: string): void {
  origin.put(path, { size: 0, text });
}
