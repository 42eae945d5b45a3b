# What goes to native code and comes back, for programs of .NET: the same as under dotnet.

net10_interop()
{
    local mode
    (cd "$ROOT" && tests/tools/csc10 tests/contract/Net10Interop.cs "$1/Net10Interop.dll") &&
        ${CC:-gcc} -shared -fPIC -pthread -w -o libnet10interop.so "$ROOT/tests/contract/net10interop.c" || return
    dotnet Net10Interop.dll >wanted 2>&1
    for mode in interp mixed; do
        run "$CODICIL" --no-cache --mode=$mode Net10Interop.dll
        cat out err >got
        same ".NET's native code: $mode" wanted got
    done
}

if "$ROOT/tests/tools/csc10" >/dev/null; then
    net10_interop "$PWD"
else
    echo "skipped 2 checks of .NET's native code: no .NET SDK 10"
fi
