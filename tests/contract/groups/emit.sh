# Types made at run time whose code, clauses and attributes name what is not there end in exceptions.
# dotnet is no oracle: it crashes on such tokens.

if "$ROOT/tests/tools/csc10" >/dev/null; then
    emit_dir=$PWD
    (cd "$ROOT" && tests/tools/csc10 tests/contract/Emit.cs "$emit_dir/emit.dll")
    printf '%s\n' 1008 200 2 >wanted
    for mode in interp mixed; do
        run "$CODICIL" --no-cache --mode=$mode emit.dll
        same "made code names what is not there, $mode" wanted out
    done
else
    echo "skipped 2 checks of code made at run time: no .NET SDK 10"
fi
