# Rows of the metadata tables that contradict each other: an exception that names the rule,
# in every mode, and no native code for what breaks it. Whatever a row says, nothing crashes.
# shellcheck shell=bash
ROWMUTANTS=$ROOT/build/tools/rowmutants

# broken_rule TITLE PROGRAM TEXT: all modes end with an exception of that text; crossgen
# skips the methods of the type for the same reason.
broken_rule()
{
    local title=$1 program=$2 text=$3 mode
    selected "$title" || return
    for mode in interp jit aot mixed; do
        run "$CODICIL" --mode=$mode --no-cache "$program"
        if crashed || ! grep -qF -- "$text" err; then
            fail "$title: $mode: exit code $code: $(head -n 2 err)"
            return
        fi
    done
    run "$CROSSGEN" -j 1 --report report.json -o out.r2r "$program"
    if crashed || ! grep -qF -- "$text" report.json; then
        fail "$title: crossgen: exit code $code: $(head -n 1 err)"
    else
        pass "$title: $text"
    fi
}

# contradiction NAME BYTES OFFSET VALUE RULE: the program NAME.il, or of stdin, with one byte
# of the signature BYTES changed.
contradiction()
{
    local title="rows: $1" at
    cat >"$1.il"
    ilasm /quiet /output:"$1.exe" "$1.il" >/dev/null 2>&1
    at=$(find_bytes "$1.exe" "$2")
    put_bytes "$1.exe" $((at + $3)) "$4"
    broken_rule "$title" "$1.exe" "(ECMA-335 $5)"
}

contradiction this '\x03\x20\x00\x01' 1 00 II.15.3 <<'END'
.assembly extern mscorlib {}
.assembly this {}
.class public auto ansi C extends [mscorlib]System.Object {
  .method public specialname rtspecialname instance void .ctor() cil managed { ret } }
.method public static void Main() cil managed { .entrypoint newobj instance void C::.ctor() pop ret }
END

contradiction explicitthis '\x04\x20\x01\x01\x08' 1 60 II.15.3 <<'END'
.assembly extern mscorlib {}
.assembly explicitthis {}
.class public auto ansi C extends [mscorlib]System.Object {
  .method public specialname rtspecialname instance void .ctor(int32) cil managed { ret } }
.method public static void Main() cil managed { .entrypoint ldc.i4.1 newobj instance void C::.ctor(int32) pop ret }
END

contradiction delegate '\x05\x20\x02\x01\x1c\x18' 5 0d II.14.6 <<'END'
.assembly extern mscorlib {}
.assembly delegate {}
.class public auto ansi sealed D extends [mscorlib]System.MulticastDelegate {
  .method public specialname rtspecialname instance void .ctor(object, native int) runtime managed { }
  .method public virtual newslot instance void Invoke() runtime managed { }
  .method public static void Body() cil managed { ret } }
.method public static void F() cil managed { ret }
.method public static void Main() cil managed { .entrypoint
  ldnull ldftn void F() newobj instance void D::.ctor(object, native int) callvirt instance void D::Invoke() ret }
END

contradiction override '\x05\x20\x02\x0e\x05\x06' 5 08 II.22.27 <<'END'
.assembly extern mscorlib {}
.assembly override {}
.class public auto ansi B extends [mscorlib]System.Object {
  .method public specialname rtspecialname instance void .ctor() cil managed { ret }
  .method public virtual newslot instance object M(uint8, int16) cil managed { ldnull ret } }
.class public auto ansi C extends B {
  .method public specialname rtspecialname instance void .ctor() cil managed { ret }
  .method public virtual newslot instance string N(uint8, int16) cil managed {
    .override method instance object B::M(uint8, int16)
    ldnull ret } }
.method public static void Main() cil managed { .entrypoint
  newobj instance void C::.ctor() ldc.i4.0 ldc.i4.0 callvirt instance object B::M(uint8, int16) pop ret }
END

# lives TITLE COMMAND...: as survives, but a body that took another's place may loop.
lives()
{
    local title=$1
    shift
    timeout 20 "$@" >out 2>err </dev/null
    code=$?
    [ $code = 124 ] && return 0
    crashed || return 0
    fail "$title: ended with $code: $(tail -n 1 err)"
    return 1
}

# Every mutant of small programs, in one process; then some as programs.
row_mutants()
{
    local n what
    selected "rows: walked" || return
    LIMIT=600 run "$ROWMUTANTS" --rows 2 this.exe delegate.exe override.exe
    if [ $code = 0 ]; then
        pass "rows: walked $(awk '{ n += $2 } END { print n }' out) mutants"
    else
        fail "rows: $(head -n 3 out)"
    fi
    for ((n = 47; n < 29000; n += 997)); do
        what=$("$ROWMUTANTS" --write $n rows.exe mutant.exe)
        lives "rows: interp, $what" "$CODICIL" --mode=interp --no-cache mutant.exe || return
    done
    pass "rows: mutants run by the interpreter"
    for n in 4099 9001 15013 22511; do
        what=$("$ROWMUTANTS" --write $n rows.exe mutant.exe)
        lives "rows: crossgen, $what" "$CROSSGEN" -j 1 mutant.exe || return
        lives "rows: aot, $what" "$CODICIL" --mode=aot --no-cache mutant.exe || return
    done
    pass "rows: mutants run by their native code"
}

mcs -nologo -warn:0 -out:rows.exe "$HERE/rows.cs"
row_mutants
