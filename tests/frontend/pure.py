"""Runs the browser's pure parts without a browser: Node imports a module of ours and answers in JSON."""

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
IMPORT = """
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transformWithOxc } from "vite";
async function addressOf(file) {
  let { code } = await transformWithOxc(readFileSync(file, "utf8"), file);
  for (const [line, name] of code.matchAll(/from "(\\.[^"]+)"/g))
    code = code.replace(line, `from "${await addressOf(join(dirname(file), name) + ".ts")}"`);
  return "data:text/javascript," + encodeURIComponent(code);
}
const ours = await import(await addressOf(%(file)s));
const answer = await (async (ours, given) => { %(script)s })(ours, %(given)s);
console.log(JSON.stringify(answer));
"""


def ask(module: str, script: str, given: Any = None) -> Any:
    """What `script` returns, an async function's body that knows the module as `ours` and a value as `given`."""
    program = IMPORT % {"file": json.dumps(f"frontend/{module}"), "script": script, "given": json.dumps(given)}
    result = subprocess.run(
        ["node", "--input-type=module", "--eval", program], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)
