# A web program for .NET answers as it does under dotnet, and ends in order when it is asked to:
# interpreted, compiled, from its image and with an image that is rejected.

# net10web_ask PORT METHOD PATH [BODY]: one request on a connection of its own; the whole
# answer but for its date.
net10web_ask()
{
    local port=$1 method=$2 path=$3 body=${4-}
    echo "== $method $path"
    exec 5<>"/dev/tcp/127.0.0.1/$port" || return
    printf '%s %s HTTP/1.1\r\nHost: net10web\r\nConnection: close\r\n' "$method" "$path" >&5
    [ -n "$body" ] && printf 'Content-Type: application/json\r\nContent-Length: %d\r\n' ${#body} >&5
    printf '\r\n%s' "$body" >&5
    timeout 120 sed '/^Date: /d' <&5
    exec 5>&-
    echo
}

# net10web_visit NAME COMMAND...: starts the program, asks it this and that, ends it by SIGTERM;
# all it said on both sides and its exit code are in NAME.
net10web_visit()
{
    local name=$1 port= i server code
    shift
    timeout -k 10 300 "$@" >"$name.out" 2>"$name.err" </dev/null &
    server=$!
    for ((i = 0; i < 2400 && ${#port} == 0; i++)); do
        port=$(sed -n 's/^port //p' "$name.out")
        kill -0 $server 2>/dev/null || break
        sleep 0.1
    done
    {
        if [ -n "$port" ]; then
            net10web_ask "$port" GET /
            net10web_ask "$port" POST '/items?twice=true' \
                '{"name":"Tea \u00e9","price":12.50,"since":"2024-02-29","tags":["a","b\"c"]}'
            net10web_ask "$port" GET /items/1
            net10web_ask "$port" GET /items/2
            net10web_ask "$port" POST /items '{"name":'
            net10web_ask "$port" GET /nowhere
            net10web_ask "$port" DELETE /items/1
            net10web_ask "$port" GET /throw
        fi
        kill -TERM $server 2>/dev/null # timeout passes it on
        wait $server
        code=$?
        echo "-- output"
        sed 's/^port .*/port/' "$name.out"
        echo "-- stderr"
        cat "$name.err"
        echo "-- exit $code"
    } >"$name" 2>&1
}

net10web()
{
    local way
    mkdir -p bin image.d rejected.d
    (cd "$ROOT" && tests/tools/csc10 tests/contract/Net10Web.cs "$WORK/net10web/web.dll") ||
        fail ".NET's web: csc"
    run "$CROSSGEN" -j 1 -O 0 -o image.d/web.dll.r2r web.dll
    check ".NET's web: crossgen" "$code == 0"
    head -c 5000 image.d/web.dll.r2r >rejected.d/web.dll.r2r
    cp "$CODICIL" "$CROSSGEN" bin/
    net10web_visit wanted dotnet web.dll
    check ".NET's web: dotnet answers" "$(grep -c '^HTTP/1.1 ' wanted) == 8"
    net10web_visit interp "$CODICIL" --no-cache --mode=interp web.dll
    net10web_visit bare bin/codicil --no-cache --stats=bare.json web.dll
    CODICIL_IMAGES=image.d net10web_visit image "$CODICIL" --no-cache --stats=image.json web.dll
    CODICIL_IMAGES=rejected.d net10web_visit rejected "$CODICIL" --no-cache --stats=rejected.json web.dll
    for way in interp bare image rejected; do
        same ".NET's web: $way" wanted $way
    done
    check ".NET's web: nothing is precompiled without images" "$(json_number bare.json methods.precompiled) == 0"
    check ".NET's web: its image is used" "$("$ROOT/build/tools/statsrow" image.json web | grep -c "^accepted")"
    check ".NET's web: the damaged one is not" "$("$ROOT/build/tools/statsrow" rejected.json web | grep -vc "^accepted")"
}

NET10WEB_CHECKS=9
if ! "$ROOT/tests/tools/csc10" >/dev/null; then
    echo "skipped $NET10WEB_CHECKS checks of .NET's web: no .NET SDK 10 is installed"
elif [ ! -d "${DOTNET_ROOT:-/usr/share/dotnet}/packs/Microsoft.AspNetCore.App.Ref" ]; then
    echo "skipped $NET10WEB_CHECKS checks of .NET's web: no Microsoft.AspNetCore.App is installed"
elif selected ".NET's web: crossgen dotnet interp bare image rejected precompiled"; then
    net10web
fi
