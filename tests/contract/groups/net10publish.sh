# What `dotnet publish` makes of one program with a package: each kind of folder runs as under its
# own host, or is refused in words. Publishing takes minutes and runtime packs from NuGet: --full.

publish_kinds="plain own ready trimmed single"
publish_n_quick=3
publish_n_full=16

# publish_make KIND OPTION...: false: packs are out of reach, or (a failure) it could not be done.
publish_make()
{
    local kind=$1
    shift
    run dotnet publish publish -c Release -r linux-x64 -o "$kind" -p:UseSharedCompilation=false "$@"
    if [ $code != 0 ] && grep -q 'NU1[0-9]*' out err; then
        echo "skipped: packages for publishing ($kind) can't be had: $(grep -m 1 -h NU1 out err)"
        return 1
    fi
    check "publish: $kind can be made" "$code == 0"
    [ $code = 0 ]
}

# publish_same KIND TITLE COMMAND...: says and ends as the folder's own host does.
publish_same()
{
    local kind=$1 title=$2
    shift 2
    run "$kind/publish" one two
    cp out wanted && local wanted=$code
    run "$@" one two
    check "publish: $kind: $title: ends as under its host" "$code == $wanted && $code == 3"
    same "publish: $kind: $title: says the same" wanted out
}

publish_own_library()
{
    [ "$BUILD" = "$ROOT/build" ] || return # sanitized libraries do not fit other programs
    cp -a own replaced
    cp "$BUILD/lib/libcoreclr.so" replaced/
    publish_same own "our library in its folder" env CODICIL_CACHE="$PWD/cache" CODICIL_CROSSGEN="$CROSSGEN" \
        replaced/publish
}

publish_full()
{
    cp -r "$ROOT/tests/net10/projects/publish" publish
    publish_make plain --no-self-contained && publish_same plain "codicil app.dll" "$CODICIL" plain/publish.dll
    publish_make own --self-contained && publish_same own "codicil app.dll" "$CODICIL" own/publish.dll &&
        publish_own_library
    publish_make ready --no-self-contained -p:PublishReadyToRun=true &&
        publish_same ready "codicil app.dll" "$CODICIL" ready/publish.dll
    publish_make trimmed --self-contained -p:PublishTrimmed=true -p:SuppressTrimAnalysisWarnings=true &&
        publish_same trimmed "codicil app.dll" "$CODICIL" trimmed/publish.dll
    publish_make single --no-self-contained -p:PublishSingleFile=true &&
        publish_refused single/publish "a real one"
}

publish_refused() # FILE TITLE
{
    run "$CODICIL" "$1"
    check "publish: a single file is refused in words: $2" \
        "$code == 125 && $(wc -l <err) == 1 && $(grep -c 'without PublishSingleFile' err) == 1"
}

# The host executable of the SDK, with nothing in it and with the place of something.
publish_single()
{
    local host
    host=$(find "${DOTNET_ROOT:-/usr/share/dotnet}/packs" -path '*linux-x64*' -name apphost | head -n 1)
    cp "$host" empty
    run "$CODICIL" empty
    check "publish: a host without its program is no single file" \
        "$code == 125 && $(grep -c PublishSingleFile err) == 0"
    python3 - "$host" bundle <<'END'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
mark = bytes.fromhex("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae")
at = data.index(mark)
data[at - 8:at] = len(data).to_bytes(8, "little")
open(sys.argv[2], "wb").write(data)
END
    publish_refused bundle "one that is made"
    cp bundle app && : >app.dll
    run "$CODICIL" app
    check "publish: app.dll beside it is run instead" "$(grep -c PublishSingleFile err) == 0"
}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
if "$ROOT/tests/tools/csc10" >/dev/null; then
    publish_single
    if [ $full = 1 ]; then
        publish_full
    else
        echo "skipped $publish_n_full checks of published folders ($publish_kinds): they need --full"
    fi
else
    echo "skipped $((publish_n_quick + publish_n_full * full)) checks of published programs: no .NET SDK 10"
fi
