"""selfcontained.py FRAMEWORK APP.dll OUT APPHOST: files of a program that was published with its own
runtime, made by hand of the installed framework: app, app.deps.json, app.runtimeconfig.json in OUT."""
import json
import os
import sys

framework, app, out = sys.argv[1:4]
name = os.path.basename(app)[: -len(".dll")]
version = os.path.basename(framework)
shared = json.load(open(os.path.join(framework, "Microsoft.NETCore.App.deps.json")))
target = shared["runtimeTarget"]["name"]
(pack, assets), = shared["targets"][target].items()
pack_name, pack_version = pack.split("/")
targets = {
    f"{name}/1.0.0": {
        "dependencies": {f"runtimepack.{pack_name}": pack_version},
        "runtime": {f"{name}.dll": {}},
    },
    f"runtimepack.{pack}": {kind: assets[kind] for kind in ("runtime", "native")},
}
plain = {"serviceable": False, "sha512": ""}
deps = {
    "runtimeTarget": {"name": target, "signature": ""},
    "targets": {target: targets},
    "libraries": {
        f"{name}/1.0.0": {"type": "project", **plain},
        f"runtimepack.{pack}": {"type": "runtimepack", **plain},
    },
}
config = {
    "runtimeOptions": {
        "includedFrameworks": [{"name": "Microsoft.NETCore.App", "version": version}],
        "configProperties": {"Contract.Switch": True},
    }
}
json.dump(deps, open(os.path.join(out, f"{name}.deps.json"), "w"))
json.dump(config, open(os.path.join(out, f"{name}.runtimeconfig.json"), "w"))

# The executable has room for the path of its program, which is marked so.
MARK = b"c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2"
host = open(sys.argv[4], "rb").read()
path = f"{name}.dll".encode()
start = os.path.join(out, name)
open(start, "wb").write(host.replace(MARK, path.ljust(len(MARK), b"\0")))
os.chmod(start, 0o755)
