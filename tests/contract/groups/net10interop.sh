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

# ICU is loaded when a culture's data is first wanted, or at once when a program says which. In the
# "C" locale CoreLib does not ask for it at the start.
net10_icu() # DIRECTORY
{
    local locale=LC_ALL=C.UTF-8
    (cd "$ROOT" && tests/tools/csc10 tests/contract/Net10Icu.cs "$1/Net10Icu.dll")
    run env $locale "$CODICIL" Net10Icu.dll
    same ".NET's native code: ICU for a culture" <(printf 'hello\nstart False\n1.234,5\nend True\n') out
    run env $locale "$CODICIL" Net10Icu.dll early
    same ".NET's native code: ICU for who calls its library" <(printf 'hello\nstart False\nTrue\nend True\n') out
    run env $locale CLR_ICU_VERSION_OVERRIDE=1.2 "$CODICIL" Net10Icu.dll
    same ".NET's native code: ICU that is chosen" <(printf 'hello\nstart True\n1.234,5\nend True\n') out
}

# The .NET host's own library, when the host was asked, and when its answer was kept.
net10_resolver() # DIRECTORY
{
    local run
    (cd "$ROOT" && tests/tools/csc10 tests/contract/Net10Resolver.cs "$1/Net10Resolver.dll")
    mkdir -p -m 700 resolver-cache
    dotnet Net10Resolver.dll >wanted 2>&1
    for run in first second; do
        run env CODICIL_CACHE="$PWD/resolver-cache" "$CODICIL" Net10Resolver.dll
        same ".NET's native code: dependencies of a component, $run run" wanted out
    done
}

if "$ROOT/tests/tools/csc10" >/dev/null; then
    net10_interop "$PWD"
    net10_icu "$PWD"
    net10_resolver "$PWD"
else
    echo "skipped 14 checks of .NET's native code: no .NET SDK 10"
fi
