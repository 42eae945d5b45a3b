# What crossgen writes: never over what it reads, whole or not at all, and nothing else stays.

outputs_made()
{
    echo 'public static class Lib { public static int Two() { return 2; } }' >lib.cs
    echo 'static class App { static int Use() { return Lib.Two(); }
        static void Main() { System.Console.WriteLine(Use()); } }' >app.cs
    mcs -nologo -target:library lib.cs && mcs -nologo -r:lib.dll app.cs
    mkdir -p sub && ln -sf ../app.exe sub/link && ln -f app.exe sub/hard && ln -sf ../lib.dll sub/lib.dll
    cp lib.dll other.dll
    echo '<configuration/>' >app.exe.config
}

# What would be lost is refused with exit code 2, before anything is written.
refused_outputs()
{
    local command
    cp -a . ../outputs.before
    while read -r command; do
        # shellcheck disable=SC2086 # a list of arguments
        run "$CROSSGEN" $command
        check "outputs: refused: $command" "$code == 2 && $(wc -l <err) > 0"
    done <<'END'
-o app.exe app.exe
-o ./sub/../app.exe app.exe
-o sub/link app.exe
-o sub/hard app.exe
-o lib.dll app.exe
-o sub/lib.dll app.exe
-o other.dll app.exe
-o app.exe.config app.exe
--depfile app.exe app.exe
--depfile sub/hard app.exe
--depfile lib.dll app.exe
--report app.exe app.exe
--report sub/link app.exe
--report lib.dll app.exe
--report app.exe.r2r app.exe
--depfile app.exe.r2r app.exe
--report same --depfile same app.exe
--report same --depfile ./sub/../same app.exe
-o same --report same app.exe
-o sub/ --report sub/app.exe app.exe
-o sub/ app.exe sub/app.exe
app.exe app.exe
-o same/ app.exe sub/../app.exe
app.exe app.exe.r2r
-o app.cs app.exe lib.dll
-r nowhere app.exe
-r app.exe app.exe
END
    rm -f out err
    check "outputs: refused: nothing was written" \
        "$(diff -r . ../outputs.before | grep -vc '^Only in ../outputs.before: \(out\|err\)$') == 0"
    rm -rf ../outputs.before
}

# tool_replaced TOOL REPLACEMENT command...: in a mount namespace of its own.
tool_replaced()
{
    # shellcheck disable=SC2016 # for the inner shell
    run unshare -rm bash -c 'mount --bind "$2" "$(readlink -f "$1")" && shift 2 && "$@"' - "$@"
}

# Without an assembler or linker that works: exit code 1, a line that says so, the old image stays.
no_tools()
{
    local tool what
    printf '#!/bin/sh\nexit 0\n' >nothing && printf '#!/bin/sh\nexit 1\n' >fails && : >empty
    chmod +x nothing fails
    run unshare -rm true
    [ "$code" = 0 ] || return
    run "$CROSSGEN" -o big.r2r "$SAMPLES/exceptions.exe"
    cp big.r2r before
    for tool in as ld; do
        for what in nothing fails empty; do
            tool_replaced /usr/bin/$tool "$PWD/$what" "$CROSSGEN" -o big.r2r "$SAMPLES/exceptions.exe"
            check "outputs: $tool that is '$what': exit code 1, and what to do" \
                "$code == 1 && $(grep -c '^crossgen: .*binutils' err) == 1"
            same "outputs: $tool that is '$what': the old image stays" before big.r2r
        done
    done
    # shellcheck disable=SC2016 # for the inner shell
    run unshare -rm bash -c 'mkdir -p tmp && mount -t tmpfs -o size=200k none tmp &&
        TMPDIR=$PWD/tmp exec "$1" -o big.r2r "$2"' - "$CROSSGEN" "$SAMPLES/exceptions.exe"
    check "outputs: a full disk: exit code 1, and what to do" "$code == 1 && $(grep -c room err) == 1"
    same "outputs: a full disk: the old image stays" before big.r2r
}

# Whatever ends it, its directory goes with it, or with the next run.
killed()
{
    local signal pid left
    mkdir -p temporary
    for signal in INT TERM HUP KILL; do
        TMPDIR=$PWD/temporary "$CROSSGEN" -o killed.r2r "$SAMPLES/linq.exe" >out 2>err </dev/null &
        pid=$!
        sleep 1
        kill -$signal $pid
        wait $pid 2>/dev/null
        code=$?
        sleep 0.5
        left=$(find temporary -mindepth 1 -maxdepth 1 | wc -l)
        if [ $signal = KILL ]; then
            check "outputs: killed: its workers are gone" "$code == 137 && $(pgrep -cf -- '-o killed.r2r') == 0"
            TMPDIR=$PWD/temporary run "$CROSSGEN" app.exe
            left=$(find temporary -mindepth 1 -maxdepth 1 | wc -l)
            check "outputs: killed: the next run removes what stayed" "$code == 0 && $left == 0"
        else
            check "outputs: SIG$signal: nothing stays" "$code == 130 && $left == 0"
        fi
    done
    check "outputs: no part of an image stays" "$(find . -name 'killed.r2r*' | wc -l) == 0"
    mkdir temporary/codicil-crossgen-mine00 && : >temporary/codicil-crossgen-mine00/file
    TMPDIR=$PWD/temporary run "$CROSSGEN" --keep app.exe
    TMPDIR=$PWD/temporary run "$CROSSGEN" app.exe
    check "outputs: what has no lock is left alone, and what --keep kept" \
        "$(find temporary -mindepth 1 -maxdepth 1 | wc -l) == 2"
}

# -- What an image depends on ----------------------------------------------------------------

dependencies()
{
    mkdir -p 'de p' && cp lib.dll 'de p/far.dll' && mv 'de p/far.dll' 'de p/lib.dll'
    cp app.exe 'a $b#c.exe'
    run "$CROSSGEN" -r 'de p' --depfile 'my.d' 'a $b#c.exe'
    check "outputs: a depfile has the assembly, its references and the class library" \
        "$code == 0 && $(grep -cE '^  (a. ..b.#c.exe|de. p/lib.dll|/usr/lib/mono/4.5/mscorlib.dll|.*/crossgen)( .)?$' my.d) == 4"
    printf '%s\n' 'include my.d' 'all: a\ $$b\#c.exe.r2r' 'a\ $$b\#c.exe.r2r:; false' >make.mk
    run make -rR -f make.mk -q all
    check "outputs: make reads it: up to date" "$code == 0"
    touch -d '+1 minute' 'de p/lib.dll'
    run make -rR -f make.mk -q all
    check "outputs: make reads it: out of date" "$code == 1"
}

missing_reference()
{
    mkdir -p missing && cp app.exe missing
    run "$CROSSGEN" --report report.json missing/app.exe
    check "outputs: a missing reference is a warning that names it" \
        "$code == 0 && $(grep -c 'warning: .*lib, Version=.*1 method' err) == 1"
    check "outputs: a missing reference is in the report" \
        "$(json_number report.json assemblies.0.references.0.skipped_methods) == 1"
    cp lib.dll missing
    for mode in interp jit aot mixed; do
        run "$CODICIL" --no-cache --mode=$mode missing/app.exe
        check "outputs: a reference that came later is used, $mode" "$code == 0 && $(cat out) == 2"
    done
    echo 'public class Only { public int x = Lib.Two(); }' >only.cs
    mcs -nologo -target:library -r:lib.dll -out:missing/only.dll only.cs
    rm missing/lib.dll
    run "$CROSSGEN" missing/only.dll
    check "outputs: no method at all: exit code 1 and no image" \
        "$code == 1 && $([ -e missing/only.dll.r2r ] && echo 1 || echo 0) == 0"
}

# A directory gets images and assemblies; it is made if it is not there.
published()
{
    run "$CROSSGEN" -o public/of/ app.exe lib.dll
    check "outputs: published: exit code 0" "$code == 0"
    check "outputs: published: assemblies are copied" \
        "$(cmp app.exe public/of/app.exe && cmp lib.dll public/of/lib.dll && echo 1 || echo 0)"
    check "outputs: published: with the configuration" "$([ -e public/of/app.exe.config ] && echo 1 || echo 0)"
    run "$CODICIL" --no-cache --require-native public/of/app.exe
    check "outputs: published: runs, natively" "$code == 0 && $(cat out) == 2"
    touch -d 2001-01-01 public/of/lib.dll
    run "$CROSSGEN" -o public/of app.exe lib.dll
    check "outputs: published again: an equal copy stays" \
        "$(stat -c %Y public/of/lib.dll) < 1000000000 && $code == 0"
    cd public/of && run "$CROSSGEN" -o . app.exe lib.dll && cp out err ../..
    cd ../..
    check "outputs: published where they are" "$code == 0"
}

# One percentage that only rises, with the name of the file.
progress()
{
    # shellcheck disable=SC2016 # for the inner shell
    run script -qec "'$CROSSGEN' -j 2 -o bar/ '$SAMPLES/generics.exe' lib.dll" /dev/null
    tr '\r' '\n' <out | sed -n 's/.*crossgen: \([a-z.]*\) .*: \([0-9]*\)%.*/\2 \1/p' >percents
    cut -d' ' -f1 percents >numbers
    check "outputs: progress rises" \
        "$code == 0 && $(wc -l <numbers) > 3 && $(sort -n numbers | cmp -s - numbers && echo 1 || echo 0)"
    check "outputs: progress names the file" "$(grep -c generics.exe percents) > 1"
}

if selected outputs; then
    outputs_made
    refused_outputs
    no_tools
    killed
    dependencies
    missing_reference
    published
    progress
fi
