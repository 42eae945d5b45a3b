// Thread.CurrentPrincipal, which threads inherit as a serialised copy; what System.Web asks the runtime.
using System;
using System.Diagnostics;
using System.Reflection;
using System.Security.Principal;
using System.Threading;

static class PrincipalProgram
{
    static void Show(string what)
    {
        var principal = Thread.CurrentPrincipal;
        Console.WriteLine("{0}: '{1}' {2}", what, principal.Identity.Name, principal.IsInRole("role"));
    }

    static void Call(Type type, string name, params object[] arguments)
    {
        var method = type.GetMethod(name, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic);
        Console.WriteLine("{0}: {1}", name, method.Invoke(null, arguments));
    }

    static void Main()
    {
        Show("at first");
        Thread.CurrentPrincipal = new GenericPrincipal(new GenericIdentity("me"), new[] { "role" });
        Show("set");
        var thread = new Thread(() => {
            Show("inherited");
            Thread.CurrentPrincipal = new GenericPrincipal(new GenericIdentity("you"), new string[0]);
            Show("of a thread");
        });
        thread.Start();
        thread.Join();
        Show("as before");
        var bytes = new byte[] { 1, 2 };
        Call(typeof(Thread), "ByteArrayToRootDomain", bytes);
        Call(typeof(Thread), "ByteArrayToCurrentDomain", new object[] { null });
        var web = Assembly.Load("System.Web, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a");
        var calls = web.GetType("System.Web.Util.ICalls");
        Call(calls, "GetMachineConfigPath");
        Call(calls, "GetMachineInstallDirectory");
        Call(calls, "GetUnmanagedResourcesPtr", web, IntPtr.Zero, 0);
    }
}
