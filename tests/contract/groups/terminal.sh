# On a terminal the console does what it does under mono: keys, lines, colours, cursor, size,
# signals, and the terminal's modes when the program has ended, however it did.

TERMINAL=$ROOT/build/tools/onpty
mcs -nologo -warn:0 -out:terminal.exe "$ROOT/tests/contract/Terminal.cs" 2>err

# dialogue TITLE TERM PROGRAM-ARGUMENT STEP...: the same dialogue with mono and codicil.
dialogue()
{
    local title=$1 mode
    selected "terminal: $title" || return
    wanted_of "$2" mono "${@:3}" >wanted
    for mode in interp mixed; do
        wanted_of "$2" "$CODICIL --no-cache --mode=$mode" "${@:3}" >out
        same "terminal: $title, $mode" wanted out
    done
}

wanted_of() # TERM RUNTIME PROGRAM-ARGUMENT STEP...
{
    local runtime=$2 argument=$3 name=$1
    # shellcheck disable=SC2086 # words
    env ${name:+TERM=$name} LC_ALL=C.UTF-8 "$TERMINAL" size:80x25 "${@:4}" -- \
        $runtime terminal.exe "$argument" 2>&1 | sed '/^\(Unhandled\|\[ERROR\]\|  at \|  File name\)/d'
}

dialogues()
{
    local keys=$'qA1 \e[A\e[D\x7f\t\r\e[3~\eOP\e[5~\ex\xc3\xa9\x01.' name
    for name in xterm-256color linux vt100 '' dumb unheard-of; do
        [ "$name" = dumb ] || dialogue "keys of '$name'" "$name" keys wait:ready pause:200 "send:$keys"
        dialogue "looks of '$name'" "$name" look
    done
    dialogue "lines" xterm lines wait:$'ready\r\n' wait:$'\e[6n' $'send:one\xc3\xa9\r' wait:] \
        wait:$'\e[6n' $'send:tw\x7fwo\r' wait:] wait:$'\e[6n' $'send:\x04'
    dialogue "lines of a dumb one" dumb lines wait:ready $'send:one\rtwo\r\x04'
    dialogue "a new size" xterm resize wait:size size:100x40 send:x
    dialogue "Ctrl-C as a key" xterm controlc wait:ready $'send:\x03'
    dialogue "plain output leaves it alone" xterm plain
}

endings()
{
    dialogue "Ctrl-C is cancelled" xterm cancel wait:ready $'send:\x03' wait:ready group:2
    dialogue "Ctrl-C ends the program" xterm end wait:ready $'send:\x03'
    dialogue "Ctrl-C without a handler" xterm exit wait:ready group:2
    dialogue "Ctrl-C on a dumb one" dumb end wait:ready $'send:\x03'
    dialogue "exit" xterm exit wait:ready pause:300 modes: send:x
    dialogue "stop and go on" xterm exit wait:ready pause:300 signal:19 stopped: \
        set:icanon set:echo signal:18 wait:$'\e[?1h' modes: send:x
    dialogue "an unhandled exception" xterm throw wait:ready send:x
}

# What mono leaves behind when it is ended by a signal, codicil does not.
killed()
{
    local signal
    for signal in 15 1 3; do
        selected "terminal: ended by signal $signal" || continue
        wanted_of xterm "$CODICIL --no-cache" exit wait:ready pause:300 modes: "signal:$signal" >out
        check "terminal: ended by signal $signal" "$(grep -c "^signal $signal\$" out)"
        check "terminal: its modes after signal $signal" \
            "$(grep -c 'modes: echo icanon isig$' out) == 1 && $(grep -c 'modes: -echo -icanon -isig' out) == 1"
    done
}

dialogues
endings
killed
