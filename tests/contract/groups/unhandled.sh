# How a program ends that an unhandled exception ends, and what its handlers can do about it:
# what it prints and its exit code, as under mono.

mcs -nologo -warn:0 -out:ending.exe "$ROOT/tests/contract/Ending.cs" 2>err

ending() # RUNTIME...: output and exit code
{
    run "${@:1:$#-2}" ending.exe "${@: -2}"
    # Mono tells of a handler that throws, with other words than its documentation's.
    sed '/^exception inside UnhandledException handler/,/^$/d' out
    echo "exit $code"
}

endings_unhandled()
{
    local what where mode
    for what in none exit exit0 throw code two; do
        for where in main thread background pool finalizer; do
            selected "unhandled: $what in $where" || continue
            ending mono "$what" "$where" >wanted
            for mode in interp mixed; do
                ending "$CODICIL" --no-cache --mode=$mode "$what" "$where" >got
                same "unhandled: $what in $where, $mode" wanted got
            done
        done
    done
}

endings_unhandled
# Mono waits for ever: its Exit waits for the thread that waits for it.
if selected "unhandled: a handler lets another thread exit"; then
    ending "$CODICIL" --no-cache elsewhere main >got
    check "unhandled: a handler lets another thread exit" "$(grep -c '^exit 12$' got)"
fi
