# Programs without sidecars, run again and again from an empty cache: what a run teaches the next
# one. Sourced by run. Columns, in milliseconds:
#   run1..3   codicil, in this order, each after the worker of the one before has ended
#   worker    how long that worked after the first run
#   sidecar   codicil with sidecars of the program, and no cache
#   mono      as installed; noaot is mono -O=-aot; or dotnet, as installed

RUNS_WORK=$WORK/runs
RUNS_COLUMNS="run1 worker run2 run3 sidecar mono noaot dotnet"
RUNS_RATIOS="run1/noaot run2/sidecar run1/dotnet run2/dotnet"
RUNS_ROUNDS=$((RUNS < 3 ? RUNS : 3)) # the worker takes its time

# Some thousand lines of classes, loops and queries.
runs_source()
{
    local i j
    echo "using System; using System.Linq; using System.Collections.Generic;"
    for ((i = 0; i < 140; i++)); do
        echo "class C$i { int f = $i; List<int> l = new List<int>();"
        for ((j = 0; j < 9; j++)); do
            printf '    public int M%d(int a, string s)\n    {\n        int r = a + %d;\n' $j $j
            printf '        for (int i = 0; i < 3; i++)\n        {\n            r += s.Length * i;\n'
            printf '            if (r > 100) r -= %d; else r ^= f;\n        }\n' $i
            printf '        foreach (int x in l.Where(y => y > r).Select(y => y * 2)) r += x;\n'
            printf '        return r;\n    }\n'
        done
        echo "}"
    done
    echo "class P { static void Main() { int t = 0;"
    for ((i = 0; i < 140; i++)); do
        echo "    t += new C$i().M1($i, \"abc\");"
    done
    echo "    Console.WriteLine(t); } }"
}

runs_prepare() # NAME
{
    mkdir -p "$RUNS_WORK/sidecars"
    [ -f "$RUNS_WORK/source.cs" ] || runs_source >"$RUNS_WORK/source.cs"
    case $1 in
    mcs)
        "$CROSSGEN" -o "$RUNS_WORK/sidecars/mcs.exe.r2r" /usr/lib/mono/4.5/mcs.exe >"$RUNS_WORK/mcs.log" 2>&1 ||
            echo "no sidecar for mcs: $(tail -n 1 "$RUNS_WORK/mcs.log")"
        ;;
    linqheavy) prepare linqheavy codicil ;;
    csc) [ -z "$DOTNET" ] || net10_prepare net10-csc codicil ;;
    esac
}

# runs_command NAME COLUMN: sets the array `command`, or fails
runs_command()
{
    local program=() images=$RUNS_WORK/sidecars peer=mono
    case $1 in
    mcs) program=(/usr/lib/mono/4.5/mcs.exe -nologo -warn:0 "-out:$RUNS_WORK/out.exe" "$RUNS_WORK/source.cs") ;;
    linqheavy) program=("$WORK/exe/linqheavy.exe" 20000) images=$WORK/sidecars ;;
    csc)
        [ -n "$DOTNET" ] || return
        program=("$csc" -nologo -noconfig -nostdlib -warn:0 "-out:$RUNS_WORK/out.dll"
            -r:"$refs/System.Runtime.dll" -r:"$refs/System.Console.dll" -r:"$refs/System.Linq.dll"
            -r:"$refs/System.Collections.dll" "$RUNS_WORK/source.cs")
        images=$NET10_WORK/csc peer=dotnet
        ;;
    esac
    unset CODICIL_IMAGES
    case $2 in
    run?) command=(env CODICIL_LEARN=always "$CODICIL" "${program[@]}") ;;
    worker) command=("$CODICIL" --cache=wait) ;;
    sidecar) command=("$CODICIL" --no-cache "${program[@]}") && export CODICIL_IMAGES=$images ;;
    noaot) command=(mono -O=-aot "${program[@]}") && [ $peer = mono ] ;;
    *) command=("$2" "${program[@]}") && [ "$2" = "$peer" ] ;;
    esac
}

runs_measure() # NAME
{
    local round column command=()
    for ((round = 0; round < RUNS_ROUNDS; round++)); do
        "$CODICIL" --cache=clear
        for column in $RUNS_COLUMNS; do
            runs_command "$1" "$column" || continue
            if ! timeout 1200 "$TOOLS/measure" -q "${command[@]}" 2>"$WORK/err" </dev/null; then
                echo "$1, $column: $(head -n 1 "$WORK/err")"
                continue
            fi
            grep '^measure' "$WORK/err" >>"$WORK/times/$1-again.$column"
            [[ $column == run[23] ]] && "$CODICIL" --cache=wait
        done
    done
}

runs_again()
{
    local name
    for name in mcs linqheavy csc; do
        wanted "$name-again" || continue
        runs_prepare $name
        echo "measuring $name, again and again"
        runs_measure $name
        BENCHES+="$name-again again $RUNS_COLUMNS"$'\n'
    done
    table again "without sidecars, run after run, ms" 2 1000 "$RUNS_COLUMNS" "$RUNS_RATIOS"
    table again "the same, peak memory in MB" 3 1024 "$RUNS_COLUMNS" "$RUNS_RATIOS"
    du -sk "$XDG_CACHE_HOME" | awk '{ printf "the cache holds %.1f MB\n", $1 / 1024 }'
}
