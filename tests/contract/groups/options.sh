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

if selected options; then
    options_taken
    options_refused
fi
