// libraries NAME: what one library from NuGet does, in text that is the same on every run. Without a
// NAME: their names.
using System.Globalization;
using System.Reflection;

static class Program
{
    static readonly Type[] Parts = typeof(Program).Assembly.GetTypes()
        .Where(type => type.Namespace == "Libraries" && type.GetMethod("Run") != null)
        .OrderBy(type => type.Name, StringComparer.Ordinal).ToArray();

    static async Task<int> Main(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (args.Length == 0) {
            Console.WriteLine(string.Join('\n', Parts.Select(type => type.Name)));
            return 0;
        }
        foreach (var name in args) {
            var part = Parts.Single(type => type.Name == name);
            if (part.GetMethod("Run").Invoke(null, null) is Task task)
                await task;
        }
        return 0;
    }
}
