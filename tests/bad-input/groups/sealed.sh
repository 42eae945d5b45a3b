# Sidecars whose tables lie under hashes that are right: programs run as if there were none.

RESEAL=$ROOT/build/tools/reseal

# What the loader reads of an image; its code, and what only its code knows of it, is not here.
TABLES=".r2r.methods .r2r.keys .r2r.ranges .r2r.parts .r2r.sets .r2r.units .r2r.deps .r2r.lines \
    .r2r.facts .r2r.strings .r2r.head"

# resealed TITLE PROGRAM FIRST-SEED COUNT [SECTION...]: makes them one after the other, and
# says whether all gave the right output
resealed()
{
    local title=$1 program=$2 first=$3 count=$4 bad=0 seed
    shift 4
    selected "$title" || return
    cp "$SAMPLES/$program.exe" .
    "$CODICIL" $MODE --no-cache "$program.exe" >"$program.expected"
    for ((seed = first; seed < first + count; seed++)); do
        "$RESEAL" "$BUILD/sidecars/samples/$program.exe.r2r" "$program.exe.r2r" $seed "$@"
        run "$CODICIL" --no-cache "$program.exe"
        if crashed; then
            fail "$title: seed $seed: ended with $code: $(tail -n 1 err)"
            bad=1
        elif ! cmp -s out "$program.expected"; then
            fail "$title: seed $seed: $(diff "$program.expected" out | sed -n 2p)"
            bad=1
        fi
    done
    rm -f "$program.exe.r2r"
    [ $bad = 0 ] && pass "$title: $count times"
}

# shellcheck disable=SC2086 # a list
resealed "tables resealed, hello" hello 1 10 $TABLES
# shellcheck disable=SC2086
resealed "tables resealed, exceptions" exceptions 100 20 $TABLES
# shellcheck disable=SC2086
resealed "tables resealed, generics" generics 200 10 $TABLES
# Not .r2r.records: the cells say what code works with, and are trusted as it is. Their readers
# are the unit suite format's and fuzz_sealed's.

# A call cell that was left out of the tables is null, as function pointers can be.
ilasm /quiet /output:nullcall.exe "$HERE/nullcall.il"
printf '42\nnull\n42\n' >nullcall.expected
for mode in interp jit aot mixed; do
    prints "call of null, $mode" nullcall.expected 0 "$CODICIL" --mode=$mode --no-cache nullcall.exe
done
