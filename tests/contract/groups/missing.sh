# A program for .NET whose optional library is not there when it runs: what does not use it works
# as under dotnet, which asks for the class of a field when the field is used.

missing_ways="interp mixed aot"

missing_library()
{
    local mode
    run dotnet missing.dll && cp out wanted
    run "$CROSSGEN" -o missing.dll.r2r missing.dll || fail "an optional library: crossgen"
    for mode in $missing_ways; do
        run "$CODICIL" --no-cache --mode=$mode missing.dll
        same "an optional library, $mode" wanted out
    done
}

if ! "$ROOT/tests/tools/csc10" >/dev/null; then
    echo "skipped $(wc -w <<<"$missing_ways") checks of an optional library: no .NET SDK 10"
elif selected "an optional library"; then
    missing_dir=$PWD
    (echo "// csc: -r:$missing_dir/optional.dll" && cat "$ROOT/tests/contract/Missing.cs") >Missing.cs
    (cd "$ROOT" && tests/tools/csc10 tests/contract/Optional.cs "$missing_dir/optional.dll" &&
        tests/tools/csc10 "$missing_dir/Missing.cs" "$missing_dir/missing.dll") || fail "an optional library: csc"
    rm -f optional.dll
    missing_library
fi
