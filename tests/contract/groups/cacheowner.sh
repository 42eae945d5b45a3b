# Who may write the cache runs code in the program: each step to a file of it is checked, and
# what does not belong to this user or root is not used, with a reason.

cache_refused() # TITLE REASON: the program runs without the cache, and says why
{
    run env CODICIL_LOG=info CODICIL_CACHE="$PWD/root" \
        "$CODICIL" --mode=aot --stats=stats.json program.exe
    check "cache owner: $1: the program runs" "$code == 0 && $(grep -cx 'twelve 12' out) == 1"
    check "cache owner: $1: nothing of it is used" "$(stat_of cached) == 0"
    check "cache owner: $1: the log has the reason" "$(grep -c "not used: .*$2" err) > 0"
    check "cache owner: $1: the statistics have it" \
        "$(json_number stats.json cache.problem | grep -c "$2") == 1"
}

cache_filled()
{
    rm -rf root elsewhere
    CODICIL_CACHE=$PWD/root run "$CODICIL" --mode=aot program.exe
}

cache_used() # TITLE
{
    run env CODICIL_CACHE="$PWD/root" "$CODICIL" --mode=aot --stats=stats.json program.exe
    check "cache owner: $1" "$code == 0 && $(stat_of cached) > 0 &&
        $(json_number stats.json cache.problem | grep -c ' ') == 0"
}

cache_owner()
{
    selected "cache owner: " || selected "setuid: " || return
    local leaf
    cat >program.cs <<'END'
static class Program
{
    static int Twice(int n) { return n + n; }
    static void Main() { System.Console.WriteLine("twelve " + Twice(6)); }
}
END
    mcs -nologo -out:program.exe program.cs
    cache_filled
    cache_used "used where it belongs to the user"
    leaf=$(basename "$(echo root/program-*)")
    check "cache owner: made for its owner alone" \
        "$(find root -perm /077 | wc -l) == 0 && $(find root -name '*.r2r' | wc -l) > 0"

    chmod 777 root
    cache_refused "a root that all can write" "others than its owner can write it"
    chmod 700 root
    chmod 770 "root/$leaf"
    cache_refused "a directory that the group can write" "$leaf: others than its owner"
    chmod 700 "root/$leaf"
    mv root elsewhere && ln -s elsewhere root
    cache_refused "a root that is a symbolic link" "a symbolic link"
    rm root && mv elsewhere root
    mv "root/$leaf" elsewhere && ln -s ../elsewhere "root/$leaf"
    cache_refused "a directory that is a symbolic link" "$leaf: a symbolic link"
    rm "root/$leaf" && mv elsewhere "root/$leaf"
    cache_used "used again when all is as it was"

    # A file that others can write, or that is a link, goes; the program compiles anew.
    chmod 666 "root/$leaf"/*.r2r
    run env CODICIL_LOG=info CODICIL_CACHE="$PWD/root" \
        "$CODICIL" --mode=aot --stats=stats.json program.exe
    check "cache owner: files that others can write are not used" \
        "$code == 0 && $(grep -c 'program-.*file.mode' err) > 0 && $(grep -cx 'twelve 12' out) == 1"
    cache_filled
    mkdir elsewhere
    mv "root/$leaf"/*.r2r elsewhere
    for file in elsewhere/*; do
        ln -s "../../$file" "root/$leaf"
    done
    run env CODICIL_CACHE="$PWD/root" "$CODICIL" --mode=aot program.exe
    check "cache owner: links to files are not followed" \
        "$code == 0 && $(find "root/$leaf" -type l | wc -l) == 0 && $(find elsewhere -type f | wc -l) > 0"
    : >"root/$leaf/x.r2r"
    cache_swapped "$leaf"

    [ "$(id -u)" = 0 ] || return
    cache_filled
    chown 12345 root
    cache_refused "a root of another user" "belongs to user 12345"
    chown 0 root
    chown 12345 "root/$leaf"
    cache_refused "a directory of another user" "$leaf: belongs to user 12345"
    chown 0 "root/$leaf"
    chown 12345 "root/$leaf"/*.r2r
    run env CODICIL_LOG=info CODICIL_CACHE="$PWD/root" \
        "$CODICIL" --mode=aot --stats=stats.json program.exe
    check "cache owner: files of another user are not used" \
        "$code == 0 && $(grep -c 'program-.*file.owner' err) > 0"
    setuid_environment
}

# While a directory is swapped for a link to one with other files, the program runs as ever.
cache_swapped()
{
    mkdir -p elsewhere
    (for ((i = 0; i < 400; i++)); do
        mv "root/$1" root/aside && ln -s ../elsewhere "root/$1"
        rm "root/$1" && mv root/aside "root/$1"
    done) 2>/dev/null &
    local swapper=$! wrong=0
    while kill -0 $swapper 2>/dev/null; do
        CODICIL_CACHE=$PWD/root run "$CODICIL" --mode=aot program.exe
        [ "$code" = 0 ] && grep -qx 'twelve 12' out || wrong=1
    done
    wait $swapper
    check "cache owner: a directory that is swapped meanwhile" "$wrong == 0"
}

# A program with more rights than who started it takes no orders from his environment.
setuid_environment()
{
    command -v setpriv >/dev/null || return
    mkdir -p bin open
    cp "$CODICIL" bin/codicil && chmod 4755 bin/codicil
    chmod 755 . bin && chmod 777 open
    local as=(setpriv --reuid=12345 --regid=12345 --clear-groups)
    "${as[@]}" test -x bin/codicil || return # a directory above is closed to others
    "${as[@]}" env CODICIL_LOG=debug CODICIL_CACHE="$PWD/open/own" CODICIL_OS=freebsd \
        bin/codicil --mode=interp --stats=stats.json program.exe >out 2>err
    code=$?
    check "setuid: the program runs" "$code == 0 && $(grep -cx 'twelve 12' out) == 1"
    check "setuid: the environment gives no orders" \
        "$(wc -c <err) == 0 && $(grep -c freebsd stats.json) == 0 && $([ -e open/own ] && echo 1 || echo 0) == 0"
}

cache_owner
