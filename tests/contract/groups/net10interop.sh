# What goes to native code and comes back, for programs of .NET: the same as under dotnet.

net10_interop() # DIRECTORY
{
    local mode program
    ${CC:-gcc} -shared -fPIC -pthread -w -o libnet10interop.so "$ROOT/tests/contract/net10interop.c" || return
    for program in Net10Interop Net10Marshal Net10Unmarshalled; do
        (cd "$ROOT" && tests/tools/csc10 tests/contract/$program.cs "$1/$program.dll")
        check ".NET's native code: $program builds" "$? == 0"
        dotnet $program.dll >wanted 2>&1
        for mode in interp mixed; do
            run "$CODICIL" --no-cache --mode=$mode $program.dll
            cat out err >got
            same ".NET's native code: $program, $mode" wanted got
        done
    done
}

if "$ROOT/tests/tools/csc10" >/dev/null; then
    net10_interop "$PWD"
else
    echo "skipped 9 checks of .NET's native code: no .NET SDK 10"
fi
