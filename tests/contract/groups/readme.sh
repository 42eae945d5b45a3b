# README's commands, and those of the manuals' EXAMPLES, do what they say, in their order.

# shown FROM TO: the commands between two headings, without comments and those that build.
shown()
{
    sed -n "/^## $1/,/^## $2/p" "$ROOT/README.md" | sed -n 's/^    //p' |
        sed 's/ *#.*//' | grep -v '^make '
}

printed() # MANUAL: its examples
{
    sed -n '/^\.SH EXAMPLES/,/^\.SH/p' "$ROOT/$1" | grep -v '^\.' | sed 's/\\-/-/g; s/ *#.*//'
}

readme_programs()
{
    ln -s "$ROOT/samples" samples
    mkdir -p build && ln -s "$BIN" build/bin
    echo 'public static class Lib { public static int Answer() { return 42; } }' >lib.cs
    echo 'static class App { static void Main() { System.Console.WriteLine(Lib.Answer()); } }' >app.cs
    mcs -nologo -target:library lib.cs && mcs -nologo -r:lib.dll app.cs
}

readme_run() # commands on stdin
{
    while read -r command; do
        PATH=$BIN:$PATH run bash -c "$command"
        check "readme: $command" "$code == 0"
        cp out last
    done
}

if selected readme; then
    readme_programs
    shown "Try it" Publish | readme_run >log
    shown Publish "The programs" | readme_run >>log
    check "readme: what was published stands alone" \
        "$(mv lib.dll app.exe .. && build/bin/codicil --no-cache publish/app.exe; mv ../lib.dll ../app.exe .) == 42"
    shown Why Embed | readme_run >>log
    printed crossgen/crossgen.1 | readme_run >>log
    cat log
    PASSED=$((PASSED + $(grep -c ^ok log)))
    FAILED=$((FAILED + $(grep -c ^FAIL log)))
    check "readme: its commands were found" "$(grep -c ^ok log) >= 9"
fi
