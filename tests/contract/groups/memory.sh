# Memory that is out is an exception, memory that is no longer used is given back. Sanitizers
# need more address space than the limit here leaves.
LIMIT=1000000 # KiB

expected_of() # CASE
{
    case $1 in
    blocks | nodes) echo "$1 True" ;;
    requests)
        for name in array "array of two dimensions" string concatenation clone \
            "memory stream" AllocHGlobal StringToHGlobalAnsi StringToHGlobalUni \
            "string to native code" "wide string to native code" \
            "builder to native code" "array to native code" handles; do
            echo "$name OutOfMemoryException"
        done
        ;;
    methods) printf '3599940000\nfreed True\n' ;;
    esac
    echo 10000
}

limited() # KiB COMMAND...
{
    ulimit -v "$1"
    shift
    exec timeout 300 "$@"
}

memory()
{
    run mcs -nologo -warn:0 -out:memory.exe "$ROOT/tests/contract/memory.cs"
    check "memory: the program compiles" "$code == 0"
    local case mode
    for case in blocks nodes requests methods; do
        expected_of $case >wanted
        for mode in interp aot mixed; do
            (limited $LIMIT "$CODICIL" --mode=$mode memory.exe $case) >out 2>err </dev/null
            code=$?
            check "memory: $case in $mode ends with the program's code" "$code == 7"
            same "memory: $case in $mode" wanted out
        done
    done
    # Not even a start is possible: a line and a code, no signal.
    (limited 20000 "$CODICIL" --mode=interp memory.exe blocks) >out 2>err </dev/null
    code=$?
    check "memory: none for the runtime itself: exit code" "$code == 125"
    check "memory: none for the runtime itself: one line" "$(wc -l <err) == 1"
}

case $BUILD in
*/san) ;;
*) memory ;;
esac

# Memory that nobody asks for any more goes back to the kernel.
memory_idle()
{
    printf 'given back True\n10000\n' >wanted
    run timeout 120 "$CODICIL" memory.exe idle
    same "memory: a program that is idle gives back what it had" wanted out
}

memory_limits()
{
    local net10_dir=$PWD setting
    (cd "$ROOT" && tests/tools/csc10 tests/contract/Net10Memory.cs "$net10_dir/net10memory.dll") &&
        rm -f net10memory.pdb
    for setting in GCHeapHardLimit=0x6400000 GCHeapHardLimit=4000000 GCHeapHardLimitPercent=1; do
        run env "DOTNET_$setting" dotnet net10memory.dll
        cp out wanted
        run env "DOTNET_$setting" timeout 300 "$CODICIL" --no-cache net10memory.dll
        same "memory: DOTNET_$setting" wanted out
    done
    sed -i 's/"runtimeOptions": {/&"configProperties": {"System.GC.HeapHardLimit": 60000000},/' \
        net10memory.runtimeconfig.json
    run dotnet net10memory.dll
    cp out wanted
    run timeout 300 "$CODICIL" --no-cache net10memory.dll
    same "memory: a limit in runtimeconfig.json" wanted out
}

case $BUILD in
*/san) ;;
*) memory_idle ;;
esac
if "$ROOT/tests/tools/csc10" >/dev/null; then
    memory_limits
else
    echo "skipped 4 checks of .NET's limits of the heap: no .NET SDK 10"
fi
