# Signals reach a .NET program on a terminal as under dotnet, beside those that the collector
# stops threads with: Ctrl-C, SIGTERM and the like, children that end.

# The terminal is set up again whenever no child is left, which is a matter of time.
net10signals_dialogue() # COMMAND...: under the steps of the case
{
    env TERM=xterm LC_ALL=C.UTF-8 "$ROOT/build/tools/onpty" size:80x25 "${net10signals_steps[@]}" -- "$@" 2>&1 |
        sed 's/\(\\x1b\[?1h\\x1b=\)*//g'
}

net10signals_case() # TITLE WAY STEP...
{
    local title=".NET's signals: $1" way=$2 mode
    net10signals_count=$((net10signals_count + 2))
    [ -n "$net10signals_sdk" ] && selected "$title" || return
    net10signals_steps=("${@:3}")
    net10signals_dialogue dotnet signals.dll "$way" >wanted
    for mode in interp mixed; do
        net10signals_dialogue "$CODICIL" --no-cache --mode=$mode signals.dll "$way" >got
        same "$title, $mode" wanted got
    done
}

net10signals()
{
    local three=$'send:\x03'
    net10signals_case "Ctrl-C is cancelled twice" cancel wait:ready "$three" "wait:goes on" "$three" "wait:goes on" group:2 wait:ends
    net10signals_case "Ctrl-\\ is a break" end wait:ready $'send:\x1c' wait:ends
    net10signals_case "Ctrl-C ends it" end wait:ready "$three" wait:ends
    net10signals_case "Ctrl-C without a handler" plain wait:ready "$three"
    net10signals_case "registrations" register wait:ready signal:1 wait:next "$three" wait:next $'send:\x1c' wait:next \
        signal:15 wait:next signal:18 wait:next size:100x40 wait:next signal:21 wait:next signal:20 wait:next \
        signal:10 wait:disposed signal:10
    net10signals_case "SIGTERM" terminate wait:ready signal:15
    net10signals_case "SIGTERM ends it by Exit" exits wait:ready signal:15 wait:unloading
    net10signals_case "SIGHUP" plain wait:ready signal:1
    net10signals_case "SIGQUIT" terminate wait:ready signal:3
    net10signals_case "SIGKILL" terminate wait:ready signal:9
    net10signals_case "stop and go on" exits wait:ready signal:19 stopped: signal:18 signal:15 wait:unloading
    net10signals_case "children" children
    net10signals_case "who is blocked" blocked wait:ready $'send:typed\r' "wait:seen "
}

net10signals_count=0
net10signals_sdk=$("$ROOT/tests/tools/csc10")
[ -z "$net10signals_sdk" ] ||
    (cd "$ROOT" && tests/tools/csc10 tests/contract/Net10Signals.cs "$WORK/net10signals/signals.dll") ||
    fail ".NET's signals: csc"
net10signals
[ -n "$net10signals_sdk" ] ||
    echo "skipped $net10signals_count checks of .NET's signals: no .NET SDK 10 is installed"
