# Where no memory can be made executable that is or was writable, all ways of running remain;
# where there are no memory files either, the JIT alone is missing, and --stats says why.

nowx_run() # KIND MODE PROGRAM
{
    CODICIL_IMAGES=$IMAGES:$BUILD/sidecars/golden run "$ROOT/build/tools/nowx" "$1" \
        "$CODICIL" --no-cache --mode="$2" --stats=stats.json "$3"
}

nowx()
{
    selected "nowx" || return
    [ "$BUILD" = "$ROOT/build" ] || return # sanitizers change the rights of pages
    local kind mode program
    for program in writeexec callbacks nativethreads; do
        run "$CODICIL" --no-cache --mode=interp "$ROOT/build/golden/$program.exe"
        cp out "$program.wanted"
    done
    for kind in prctl seccomp; do
        nowx_run $kind interp "$HELLO"
        [ "$code" = 77 ] && continue # not on this kernel
        for mode in interp mixed aot; do
            for program in writeexec callbacks nativethreads; do
                nowx_run $kind $mode "$ROOT/build/golden/$program.exe"
                same "nowx: $program under $kind, $mode" "$program.wanted" out
                check "nowx: nothing is missing, $program under $kind, $mode" \
                    "$code == 0 && $(grep -c '"jit_given_up": null' stats.json) == 1"
            done
        done
    done
    nowx_run seccomp jit "$HELLO"
    check "nowx: code is compiled while it runs" "$code == 0 && $(stat_of jitted) > 50"
    nowx_run strict interp "$ROOT/build/golden/writeexec.exe"
    same "nowx: without memory files, interp" writeexec.wanted out
    CODICIL_IMAGES='' nowx_run strict jit "$HELLO"
    check "nowx: without memory files: what is missing is said" \
        "$code == 0 && $(stat_of jitted) == 0 && $(grep -c '"jit_given_up": "..*"' stats.json) == 1"
}

nowx
