# The library in programs that embed it, however it got there.

hosts_wanted()
{
    cat >wanted <<'END'
Catch: finally caught thrown
Unhandled: error 3, System.InvalidOperationException: thrown
AfterUnhandled: finally has set -3
Overflow: overflow caught
Null: null pointer null reference
Through: 7 caught finally
Library: library 3
Collect: collected 7
Overflow: overflow caught
Catch: finally caught thrown
Here: foreground True
Here: background True
Catch: finally caught thrown
Overflow: overflow caught
Count: call 1
Count: call 2
Count: call 3
Count: call 1
END
}

# hosts_check TITLE COMMAND...: it says what is wanted.
hosts_check()
{
    local title=$1
    shift
    run "$@"
    same "$title" wanted out
    [ "$code" = 0 ] || fail "$title: exit code $code, $(tail -n 1 err)"
}

hosts()
{
    selected "hosts" || return
    [ "$BUILD" = "$ROOT/build" ] || return # sanitized libraries do not fit other programs
    local library=$BUILD/lib/libcodicil.so sources=$ROOT/tests/contract mode
    check "hosts: the library exports its interface alone" \
        "$(nm -D --defined-only "$library" | grep -vc ' codicil_[a-z_]*@@CODICIL_1$\| CODICIL_1$') == 0 &&
        $(nm -D --defined-only "$library" | grep -c ' T codicil_') == $(grep -c '^CODICIL_API ' "$ROOT/loader/codicil.h")"
    hosts_wanted
    local -x CODICIL_IMAGES=$IMAGES
    mcs -nologo -unsafe -optimize+ -target:library -out:Hosted.dll "$sources/Hosted.cs"
    cc -Wall -Werror -O2 -shared -fPIC -o libhosted.so "$sources/hosted.c"
    local options="-Wall -Werror -O2 -I$ROOT $sources/host.c"
    # shellcheck disable=SC2086 # lists of options
    cc $options -o host -ldl
    # shellcheck disable=SC2086
    cc $options -DLINKED -o linked -L"$BUILD/lib" -lcodicil -Wl,-rpath,"$BUILD/lib"
    ln -sf libcodicil.so "$BUILD/lib/libcodicil.so.0"
    # shellcheck disable=SC2086
    cc $options -DLINKED -o static "$BUILD/lib/libcodicil.a" -lffi -lunistring -lnettle \
        -lxxhash -ljansson -lexpat -ldl -lm
    for mode in interp aot mixed; do
        [ $mode = aot ] && run "$CROSSGEN" Hosted.dll
        hosts_check "hosts: dlopen with RTLD_LOCAL, $mode" ./host Hosted.dll $mode "$library" lazy local
        hosts_check "hosts: linked, $mode" ./linked Hosted.dll $mode
        hosts_check "hosts: linked statically, $mode" ./static Hosted.dll $mode
        [ $mode = interp ] ||
            check "hosts: precompiled code runs, $mode" \
                "$(stat_of precompiled) > 10 && $(stat_of rejected) == 0"
        hosts_check "hosts: ctypes, $mode" python3 "$sources/host.py" "$library" Hosted.dll $mode
    done
    hosts_check "hosts: dlopen with RTLD_GLOBAL" ./host Hosted.dll mixed "$library" now global
    hosts_check "hosts: dlopen with RTLD_DEEPBIND" ./host Hosted.dll mixed "$library" now deep
    cp "$library" gone.so
    hosts_check "hosts: the library's file is removed" ./host Hosted.dll mixed "$PWD/gone.so" lazy gone
    cp "$library" replaced.so && head -c "$(stat -c %s "$library")" /dev/zero >other
    hosts_check "hosts: the library's file is replaced" \
        ./host Hosted.dll mixed "$PWD/replaced.so" lazy another
    cp "$library" here.so
    hosts_check "hosts: the library has a relative path" ./host Hosted.dll mixed ./here.so lazy
    hosts_check "hosts: the library is closed again" \
        ./host Hosted.dll mixed "$library" lazy unload
    LD_BIND_NOW=1 hosts_check "hosts: everything is bound early" ./host Hosted.dll mixed "$library" lazy local
}

hosts
