# The encoding of the console follows the environment's locale as under mono.

CONSOLE=$ROOT/build/golden/consoleencoding.exe
SAMPLE=$'\xe2\x82\xac \xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80'

# encoding_as TITLE PROGRAM... : what it prints, and prints as an error, in the environment
# ENCODING.
encoding_as()
{
    # shellcheck disable=SC2086 # assignments
    printf '\xe2\x82\xac\xc3\xa9 \xff' |
        env -u LC_ALL -u LANG CONSOLE_SAMPLE=$'\xc3\xa9' $ENCODING \
            "${@:2}" "$CONSOLE" $'\xc3\xa9' >"$1.out" 2>"$1.err"
}

console_encodings()
{
    local mode first
    while IFS='|' read -r ENCODING first; do
        encoding_as mono mono
        for mode in interp mixed; do
            encoding_as codicil "$CODICIL" --no-cache --mode=$mode
            same "console encoding of $ENCODING, $mode" mono.out codicil.out
            same "console encoding of errors, $ENCODING, $mode" mono.err codicil.err
        done
        check "console encoding of $ENCODING is $first" \
            "$(grep -c "^$first $first $first" codicil.out)"
    done <<END
LANG=C|us-ascii
LANG=POSIX|us-ascii
LANG=C.UTF-8|utf-8
LC_CTYPE=C.UTF-8|utf-8
LC_ALL=C.UTF-8|utf-8
LC_ALL=C LANG=C.UTF-8|us-ascii
LC_ALL= LANG=C.UTF-8|utf-8
LC_CTYPE=C LANG=C.UTF-8|us-ascii
LANG=xx_YY.UTF-8|us-ascii
$(other_locale de_DE ISO-8859-1 Windows-1252)
$(other_locale de_DE ISO-8859-15 iso-8859-15)
END
}

# A row for a locale that is made here, if the machine has what it takes.
other_locale() # NAME CHARSET ENCODING
{
    mkdir -p locales
    localedef -f "$2" -i "$1" "locales/$1.$2" 2>err || [ -d "locales/$1.$2" ] || return
    echo "LOCPATH=$PWD/locales LC_ALL=$1.$2|$3"
}

console_encodings
selected "console encoding: text" && LANG=C.UTF-8 LC_ALL= "$CODICIL" --no-cache "$CONSOLE" \
    </dev/null >out 2>err
check "console encoding: text in UTF-8" "$(grep -cF "$SAMPLE" out) == 1 && $(grep -cF "$SAMPLE" err) == 1"
