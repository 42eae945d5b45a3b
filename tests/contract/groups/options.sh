# Options of the programs, as getopt_long has them: cut short, with or without =, one line when wrong.

options_taken()
{
    local arguments
    while read -r arguments; do
        # shellcheck disable=SC2086 # a list of arguments
        run "$CODICIL" $arguments "$HELLO" --mode=nothing -h
        check "options: codicil $arguments" "$code == 0 && $(grep -c Hello out) == 1"
    done <<'END'
--mode=interp
--mode interp
--mo interp
--no-c --mode=interp
--stats=options.json --mode=interp
--stats options.json --mode=interp
--mode=interp --
END
    for arguments in -h --help --he; do
        for program in "$CODICIL" "$CROSSGEN" "$INSPECT"; do
            run "$program" $arguments
            check "options: $(basename "$program") $arguments" "$code == 0 && $(grep -ci usage out) > 0"
        done
    done
    run "$CODICIL" --vers
    check "options: codicil --vers" "$code == 0 && $(grep -c '^codicil [0-9]' out) == 1"
}

options_refused()
{
    local arguments words
    while IFS='|' read -r arguments words; do
        # shellcheck disable=SC2086 # a list of arguments
        run "$CODICIL" $arguments
        check "options: codicil $arguments is refused" \
            "$code == 125 && $(wc -l <err) == 1 && $(grep -c -- "$words" err) == 1"
    done <<END
--mode=other $HELLO|mixed, aot, jit, interp
--mode|--mode
--ver $HELLO|--ver
-x $HELLO|-x
--no-cache=1 $HELLO|--no-cache
--verify=some $HELLO|full
--stats= $HELLO|--stats
--none $HELLO|--none
--|no program
END
}

# The methods of a profile lie at the start of the code, in any order of their tokens.
options_profile()
{
    local first
    run mcs -nologo -optimize+ -out:profiled.exe "$ROOT/samples/linq.cs"
    run "$CODICIL" --mode=interp --list-methods=profile.list profiled.exe
    run grep -m1 "	profiled	.*:Main " profile.list
    cp out main.list
    run "$CROSSGEN" -j 2 --profile main.list --depfile profiled.d profiled.exe
    check "options: crossgen --profile" "$code == 0"
    check "options: what is made depends on the profile" "$(grep -c main.list profiled.d) == 1"
    first=$(nm -n profiled.exe.r2r | grep ':' | head -1)
    check "options: the profile's method is the first" "$(grep -c ':Main' <<<"$first") == 1"
    echo "no profile" >no.list
    run "$CROSSGEN" --profile no.list profiled.exe
    check "options: what is no profile is refused" \
        "$code == 1 && $(grep -c 'no.list:1: ' err) == 1"
    run "$CROSSGEN" --profile none.list profiled.exe
    check "options: a profile that is not there" "$code == 1 && $(grep -c 'none.list' err) == 1"
}

if selected options; then
    options_profile
    options_taken
    options_refused
fi
