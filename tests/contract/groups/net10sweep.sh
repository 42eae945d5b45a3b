# Calls of what the core assembly of .NET has with arguments that nobody passes (tests/net10/sweep):
# none may end the process but where it ends under dotnet. Of many parts a few are tried, with --full
# each. A part ends with the line of the call that ended it, or whole.

net10_sweep_api=40 net10_sweep_vectors=60

net10_sweep() # PART SHARD SHARDS MODE
{
    selected ".NET's calls: $1 $2, $4" || return 0
    mkdir -p sweep
    (cd sweep && timeout 300 "$CODICIL" --no-cache --mode="$4" ../Sweep.dll "$1" "$2" "$3" >../calls 2>../err)
    code=$?
    if ((code == 0)) && (($(wc -l <calls) > 0)); then
        pass ".NET's calls: $1 $2, $4"
    else
        fail ".NET's calls: $1 $2 of $3, $4: ended with $code in: $(tail -n 1 calls)"
    fi
}

net10_sweeps()
{
    local i
    for i in 1 20; do
        net10_sweep api $i $net10_sweep_api interp
    done
    net10_sweep vectors 33 $net10_sweep_vectors mixed
    net10_sweep vectors 12 $net10_sweep_vectors interp
    [ "$full" = 1 ] || return 0
    for ((i = 0; i < net10_sweep_api; i++)); do
        net10_sweep api $i $net10_sweep_api mixed
    done
    for ((i = 0; i < net10_sweep_vectors; i++)); do
        net10_sweep vectors $i $net10_sweep_vectors mixed
    done
}

if "$ROOT/tests/tools/csc10" >/dev/null; then
    sweep_dir=$PWD
    (cd "$ROOT" && tests/tools/csc10 tests/net10/sweep/Sweep.cs "$sweep_dir/Sweep.dll") && net10_sweeps
else
    echo "skipped 4 checks of .NET's calls: no .NET SDK 10"
fi
