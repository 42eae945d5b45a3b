using System;
using System.IO;
using System.Reflection;
using System.Runtime.Loader;

// What the .NET host's own library answers: also in a process whose host was not asked.
static class Net10Resolver
{
    static void Main()
    {
        string own = typeof(Net10Resolver).Assembly.Location;
        var resolver = new AssemblyDependencyResolver(own);
        Console.WriteLine(resolver.ResolveAssemblyToPath(new AssemblyName("Net10Resolver")) == own);
        Console.WriteLine(resolver.ResolveAssemblyToPath(new AssemblyName("None")) ?? "none");
        try
        {
            new AssemblyDependencyResolver("/no/such/component.dll");
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine(e.Message);
        }
    }
}
