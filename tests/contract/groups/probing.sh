# Subdirectories that the program's configuration names, of cultures, and of an assembly's own name:
# as under mono, in all modes, and for crossgen.

probing_library() # NAME DIRECTORY
{
    mkdir -p "$2"
    cat >"$1.cs" <<END
using System.IO;
public static class $1
{
    public static string Where() { return Path.GetFileName(Path.GetDirectoryName(typeof($1).Assembly.Location)); }
}
END
    mcs -nologo -target:library -out:"$2/$1.dll" "$1.cs"
}

probing_satellite() # CULTURE DIRECTORY
{
    mkdir -p "$2/$1"
    echo "key=value $1" >"program.$1.txt"
    resgen "program.$1.txt" "program.$1.resources" >log 2>&1
    al -nologo -t:library -culture:"$1" -embed:"program.$1.resources" \
        -out:"$2/$1/program.resources.dll" >>log 2>&1
}

probing_program()
{
    probing_library One one
    probing_library Two two
    probing_library Three two/three
    probing_library Own Own
    cat >program.cs <<'END'
using System;
using System.Globalization;
using System.Resources;
static class Program
{
    static string OfOne() { return One.Where(); }
    static string OfTwo() { return Two.Where(); }
    static string OfThree() { return Three.Where(); }
    static string OfOwn() { return Own.Where(); }
    static void Try(string what, Func<string> function)
    {
        try { Console.WriteLine("{0}: {1}", what, function()); }
        catch (Exception e) { Console.WriteLine("{0}: {1}", what, e.GetType().Name); }
    }
    static void Main()
    {
        Try("one", () => OfOne());
        Try("two", () => OfTwo());
        Try("three", () => OfThree());
        Try("own", () => OfOwn());
        foreach (var culture in new[] { "de", "fr", "it", "de-AT" })
            Try(culture, () => new ResourceManager("program", typeof(Program).Assembly)
                .GetString("key", new CultureInfo(culture)));
    }
}
END
    echo "key=value" >program.txt
    resgen program.txt program.resources >log 2>&1
    mcs -nologo -r:one/One.dll -r:two/Two.dll -r:two/three/Three.dll -r:Own/Own.dll \
        -resource:program.resources program.cs
    probing_satellite de one
    probing_satellite fr two
}

probed() # TITLE: with program.exe.config as it is
{
    mono program.exe >wanted
    for mode in interp jit aot mixed; do
        run "$CODICIL" --no-cache --mode=$mode program.exe
        same "probing: $1, $mode" wanted out
    done
}

private_path() # VALUE
{
    cat >program.exe.config <<END
<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <!-- <probing privatePath="none"/> -->
  <runtime>
    <assemblyBinding xmlns="urn:schemas-microsoft-com:asm.v1"><probing privatePath="$1"/></assemblyBinding>
  </runtime>
</configuration>
END
}

if selected probing; then
    probing_program
    private_path "one;two;two/three"
    run "$CROSSGEN" --report report.json --depfile program.d program.exe
    check "probing: crossgen finds all" "$code == 0 && $(wc -l <err) == 0"
    check "probing: crossgen depends on them" \
        "$(grep -cE '(one/One|two/Two|two/three/Three|Own/Own).dll|program.exe.config' program.d) == 5"
    probed "three directories"
    run "$CODICIL" --no-cache --stats=stats.json program.exe
    check "probing: precompiled code is used" "$(stat_of rejected) == 0 && $(stat_of precompiled) > 0"
    rm program.exe.r2r
    mkdir elsewhere
    for value in one 'two;one' '' 'one;;none;two/;' "$PWD/two" 'one/../two'; do
        private_path "$value"
        mono program.exe >wanted
        run "$CODICIL" --no-cache --mode=interp program.exe
        same "probing: '$value'" wanted out
    done
    echo '<configuration><probing privatePath="one"/>' >program.exe.config
    mono program.exe >wanted
    run "$CODICIL" --no-cache --mode=interp program.exe
    same "probing: an element elsewhere" wanted out
fi
