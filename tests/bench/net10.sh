# Programs for .NET, side by side with dotnet; sourced by run. Columns of their tables:
#   codicil   with sidecars of the program and of the framework (make images-net10), and with the
#             cache, which has the framework's place after the first run
#   bare      codicil without any image
#   dotnet    as installed; r2r: the program published with PublishReadyToRun
#   aot       published with PublishAot
# What NuGet does not serve here, or a machine lacks, stays empty.

NET10_WORK=$BUILD/bench-net10 # kept: publishing and the compiler's sidecars take minutes
NET10_COLUMNS="codicil bare dotnet r2r aot"

net10_prepare_csc()
{
    local dll directory=$NET10_WORK/csc
    [ -n "$(find "$directory" -newer "$CROSSGEN" -name 'Microsoft.CodeAnalysis.CSharp.dll.r2r' 2>/dev/null)" ] && return
    echo "compiling the C# compiler ahead of time"
    rm -rf "$directory" && mkdir -p "$directory"
    for dll in csc Microsoft.CodeAnalysis Microsoft.CodeAnalysis.CSharp; do
        "$CROSSGEN" -o "$directory/$dll.dll.r2r" "$(dirname "$csc")/$dll.dll" >"$directory/$dll.log" 2>&1 ||
            echo "no sidecar for $dll: $(tail -n 1 "$directory/$dll.log")"
    done
}

net10_source() # NAME
{
    case $1 in
    hello) echo "$ROOT/samples/hello.cs" ;;
    *) echo "$HERE/net10/$1.cs" ;;
    esac
}

# net10_publish NAME WAY PROPERTY: as a project, since that fetches the compilers from NuGet.
net10_publish()
{
    local directory=$NET10_WORK/$1-$2 sdk=Microsoft.NET.Sdk
    [ -d "$directory/out" ] && return
    [ "$1" = web ] && sdk=Microsoft.NET.Sdk.Web
    mkdir -p "$directory"
    cp "$(net10_source "$1")" "$directory/$1.cs"
    cat >"$directory/$1.csproj" <<XML
<Project Sdk="$sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <SelfContained>$([ "$2" = aot ] && echo true || echo false)</SelfContained>
    <$3>true</$3>
  </PropertyGroup>
</Project>
XML
    (cd "$directory" && timeout 600 "$DOTNET" publish -nologo -o out >publish.log 2>&1) && return
    rm -rf "$directory/out"
    echo "no $1 by $3: $(grep -m 1 -o 'error.*' "$directory/publish.log")"
}

net10_prepare() # net10-NAME COLUMNS
{
    local name=${1#net10-} directory=$WORK/net10/${1#net10-}
    [ -n "$DOTNET" ] && [ ! -d "$directory" ] || return 0
    mkdir -p "$directory" "$NET10_WORK" "$WORK/net10/sidecars"
    [ "$name" = csc ] && net10_prepare_csc && return
    "$ROOT/tests/tools/csc10" "$(net10_source "$name")" "$directory/$name.dll" || return 0
    "$CROSSGEN" -o "$WORK/net10/sidecars/$name.dll.r2r" "$directory/$name.dll" >"$directory/log" 2>&1 ||
        echo "no sidecar for $name: $(tail -n 1 "$directory/log")"
    [[ ,$2, == *,r2r,* ]] && net10_publish "$name" r2r PublishReadyToRun
    [[ ,$2, == *,aot,* ]] && net10_publish "$name" aot PublishAot
    return 0
}

net10_command_of() # net10-NAME COLUMN: as command_of
{
    local name=${1#net10-} program
    local compiles=(-nologo -noconfig -nostdlib -deterministic "-out:$WORK/net10/compiled.dll"
        -r:"$refs/System.Runtime.dll" -r:"$refs/System.Console.dll" "$ROOT/samples/hello.cs")
    [ -n "$DOTNET" ] || return
    unset CODICIL_IMAGES
    program=("$WORK/net10/$name/$name.dll")
    [ "$name" = csc ] && program=("$csc" "${compiles[@]}")
    [ -f "${program[0]}" ] || return
    case $2 in
    codicil) command=("$CODICIL" "${program[@]}") && export CODICIL_IMAGES=$WORK/net10/sidecars:$NET10_WORK/csc ;;
    bare) command=("$WORK/bare/bin/codicil" --no-cache "${program[@]}") ;;
    dotnet) command=("$DOTNET" "${program[@]}") ;;
    r2r) command=("$DOTNET" "$NET10_WORK/$name-r2r/out/$name.dll") && [ -f "${command[1]}" ] ;;
    aot) command=("$NET10_WORK/$name-aot/out/$name") && [ -x "${command[0]}" ] ;;
    *) return 1 ;;
    esac
}

# -- Requests per second ---------------------------------------------------------------

# One round of each column: after a warm-up, with 32 connections.
net10_serve() # COLUMN
{
    local port= i server
    net10_command_of net10-web "$1" || return
    "${command[@]}" serve >"$WORK/out" 2>"$WORK/err" </dev/null &
    server=$!
    for ((i = 0; i < 300 && ${#port} == 0; i++)); do
        port=$(sed -n 's/^port //p' "$WORK/out")
        sleep 0.1
    done
    wrk -t 1 -c 32 -d 5 "http://127.0.0.1:$port/json" >/dev/null 2>&1
    wrk -t 1 -c 32 -d 5 "http://127.0.0.1:$port/json" 2>&1 |
        awk '$1 == "Requests/sec:" { print "requests", $2 }' >>"$WORK/times/requests.$1"
    kill -TERM $server && wait $server
}

net10_requests()
{
    local column round
    [ -n "$DOTNET" ] || return
    command -v wrk >/dev/null || { echo && echo "requests per second: wrk is not installed" && return; }
    net10_prepare net10-web codicil,dotnet,r2r
    echo "measuring requests per second"
    for ((round = 0; round < RUNS; round++)); do
        for column in codicil dotnet r2r; do
            net10_serve $column
        done
    done
    printf '\nKestrel, JSON, requests per second after 5 s\n%-14s%10s%10s%10s\n%-14s' "" codicil dotnet r2r web
    for column in codicil dotnet r2r; do
        value=$(median 2 "$WORK/times/requests.$column")
        printf '%10.0f' "${value:-0}"
    done
    echo
}
