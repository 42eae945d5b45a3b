#!/bin/sh
# libraries.sh SOURCES DIR: makes missing.exe and a library that shrank after the program
# was compiled against it; the other one is gone altogether.
set -eu
source=$1 dir=$2
mkdir -p "$dir"
cd "$dir"
cat >absent.cs <<'CS'
public class AbsentLibrary { public int Value = 1; }
CS
cat >shrunk.cs <<'CS'
public static class Shrunk
{
    public static void Stays() { System.Console.WriteLine("stays"); }
#if BEFORE
    public static void Gone() { }
    public static int GoneToo = 1;
#endif
}
#if BEFORE
public class GoneClass { }
#endif
CS
mcs -nologo -t:library -out:absent.dll absent.cs
mcs -nologo -t:library -d:BEFORE -out:shrunk.dll shrunk.cs
mcs -nologo -warn:0 -r:absent.dll -r:shrunk.dll -out:missing.exe "$source/missing.cs"
mcs -nologo -t:library -out:shrunk.dll shrunk.cs
rm absent.dll
