# Shared by the test scripts (bash): where things are, how programs are run and damaged.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=${BUILD:-build}
case $BUILD in
/*) ;;
*) BUILD=$ROOT/$BUILD ;;
esac
BIN=$BUILD/bin
CODICIL=${CODICIL:-$BIN/codicil}
INSPECT=$BIN/r2rinspect
CROSSGEN=$BIN/crossgen
SAMPLES=$ROOT/build/samples
IMAGES=$ROOT/build/images

# Programs must print the same everywhere, and a test must not fill a person's cache.
export LC_ALL=C TZ=UTC
# The collector keeps what libc no longer sees: its leak check would only be noise.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0:abort_on_error=1}
unset CODICIL_CPU CODICIL_OS CODICIL_IMAGES LANG LANGUAGE TERM
export CODICIL_LEARN=no # no worker runs on behind a test

# flip_byte FILE OFFSET: inverts one byte in place.
flip_byte()
{
    local value
    value=$(od -An -tu1 -j "$2" -N 1 "$1") || return 1
    # shellcheck disable=SC2059 # the format is the byte
    printf "\\x$(printf %02x $((value ^ 255)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# weave FILE PATTERN BYTES: writes BYTES (for printf) where the PATTERN (for grep -P) is.
weave()
{
    local at
    at=$(grep -obUaP -- "$2" "$1" | head -1 | cut -d: -f1)
    cp -p "$1" before.weaving
    # shellcheck disable=SC2059 # the format is the bytes
    printf "$3" | dd of="$1" bs=1 seek="${at:?$2 is not in $1}" conv=notrunc status=none
    touch -r before.weaving "$1"
}

# section_field FILE SECTION FIELD: address, offset or size of an ELF section, in decimal.
section_field()
{
    local value
    value=$(readelf -SW "$1" | sed 's/^ *\[ *[0-9]*\] *//' |
        awk -v name="$2" -v field="$3" '
            BEGIN { column["address"] = 3; column["offset"] = 4; column["size"] = 5 }
            $1 == name { print $(column[field]); exit }')
    [ -n "$value" ] && echo $((16#$value))
}

# method_offset FILE NAME: file offset of the middle of the code of the first method whose
# symbol contains NAME; without such a symbol, of the first code in the file.
method_offset()
{
    local where address size base
    base=$(section_field "$1" .text address) || return 1
    where=$(readelf -sW "$1" | awk -v name="$2" '
        $4 == "FUNC" && index($8, name) && $3 > 0 { print $2, $3; exit }')
    if [ -n "$where" ]; then
        read -r address size <<<"$where"
        address=$((16#$address + size / 2))
    else
        address=$((base + 8))
    fi
    echo $((address - base + $(section_field "$1" .text offset)))
}

# exception_text: of an unhandled exception's text on stdin, the type, the message and the
# names of the methods; frames that repeat (endless recursion) count once.
exception_text()
{
    awk '
        /^\[ERROR\] FATAL UNHANDLED EXCEPTION: / {
            sub(/^[^:]*: /, ""); count = 0; seen = 1
        }
        /^Unhandled Exception:/ && !seen { count = 0; seen = 1; next }
        /^Unhandled exception\. / && !seen { sub(/^[^.]*\. /, ""); count = 0; seen = 1 }
        !seen || /\(wrapper / || /^$/ { next }
        /^ +at / { sub(/^ +/, ""); sub(/ (\(|\[0x).*/, "") }
        { if (count == 0 || line[count - 1] != $0) line[count++] = $0 }
        # mono shows only the innermost thousand frames of an endless recursion.
        END { if (line[0] ~ /StackOverflowException/ && count > 2) count = 2 }
        END { for (i = 0; i < count; i++) print line[i] }'
}

# json_number FILE NAME: the first number of that name in a JSON file, or 0.
json_number()
{
    "$ROOT/build/tools/jsonget" "$1" "$2" 2>/dev/null || echo 0
}

PASSED=0
FAILED=0
pass()
{
    PASSED=$((PASSED + 1))
    echo "ok    $*"
}
fail()
{
    FAILED=$((FAILED + 1))
    echo "FAIL  $*"
}
finish()
{
    echo "$PASSED passed, $FAILED failed"
    [ "$FAILED" = 0 ] && [ "$PASSED" != 0 ]
}
