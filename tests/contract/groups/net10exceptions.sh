# How a program for .NET ends that an exception or a full stack ends: what it prints on both
# streams and its exit code, as under dotnet. How often a frame repeats depends on its size, and
# dotnet's code leaves out the frames that raise the program's last event. A sanitizer's note
# of a stack that it finds large is not the program's.

net10_ways="main main+ finally finally+ filter thread+ threadfinally+ finalizer stack
    stackcatch failfast failfastcause failfastnull badtostring static
    async null exit handlerthrows exitthrows rethrow memory stacktype code+"

net10_ending() # COMMAND... WAY: both streams and the exit code
{
    local way=${*: -1} handlers=
    [[ $way == *+ ]] && handlers=handlers
    # shellcheck disable=SC2086 # one word or none
    run "${@:1:$#-1}" net10exceptions.dll "${way%+}" $handlers
    cat out
    echo "-- stderr"
    sed -E 's/^Repeated [0-9]+ times:/Repeated N times:/; /^   at System\.App(Domain|Context)\.On/d
        /^==[0-9]+==WARNING: ASan is ignoring/,/^For details see /d' err
    echo "-- exit $code"
}

net10_endings()
{
    local way mode
    for way in $net10_ways; do
        selected ".NET's end: $way" || continue
        net10_ending dotnet "$way" >wanted 2>/dev/null
        for mode in interp mixed; do
            net10_ending "$CODICIL" --no-cache --mode=$mode "$way" >got 2>/dev/null
            same ".NET's end: $way, $mode" wanted got
        done
    done
}

if "$ROOT/tests/tools/csc10" >/dev/null; then
    net10_dir=$PWD
    (cd "$ROOT" && tests/tools/csc10 tests/contract/Net10Exceptions.cs \
        "$net10_dir/net10exceptions.dll") && rm -f net10exceptions.pdb
    net10_endings
else
    echo "skipped $(($(wc -w <<<"$net10_ways") * 2)) checks of .NET's exceptions: no .NET SDK 10"
fi
