// FileVersionInfo: what the version resource of an assembly says.
using System;
using System.Diagnostics;
using System.IO;
using System.Reflection;

[assembly: AssemblyTitle("title")]
[assembly: AssemblyDescription("description")]
[assembly: AssemblyCompany("company")]
[assembly: AssemblyProduct("product")]
[assembly: AssemblyCopyright("copyright")]
[assembly: AssemblyTrademark("trademark")]
[assembly: AssemblyVersion("1.2.3.4")]
[assembly: AssemblyFileVersion("5.6.7.8")]
[assembly: AssemblyInformationalVersion("9.10-beta")]

static class FileVersion
{
    static void Show(string path)
    {
        var info = FileVersionInfo.GetVersionInfo(path);
        foreach (var property in typeof(FileVersionInfo).GetProperties())
            if (property.Name != "FileName")
                Console.WriteLine("{0}: {1}", property.Name, property.GetValue(info, null));
        Console.WriteLine(Path.GetFileName(info.FileName));
    }

    static void Main()
    {
        Show(typeof(FileVersion).Assembly.Location);
        Show(typeof(object).Assembly.Location);
        Show("/etc/passwd");
        try {
            Show("/no/such/file");
        } catch (FileNotFoundException e) {
            Console.WriteLine(e.Message);
        }
    }
}
