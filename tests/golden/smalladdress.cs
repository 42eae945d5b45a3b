// Managed pointers and class library calls over null and over addresses of the first 64 KiB,
// where nothing is ever mapped: NullReferenceException, wherever the access is made. Mono
// crashes in its own code for most of these.
using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;

[StructLayout(LayoutKind.Explicit)] struct Far { [FieldOffset(0)] public long a; [FieldOffset(5000)] public int y; [FieldOffset(70000)] public int z; }
struct Big { public long a, b, c, d; }
unsafe struct Huge { public fixed byte b[100000]; }
struct Pt { public int x; public string s; }
[StructLayout(LayoutKind.Sequential)] class PtC { public int x; public string s; }

static unsafe class SmallAddress
{
    static int sink, caught;
    static object kept;

    static void Try(string name, Action action)
    {
        try
        {
            action();
            Console.WriteLine(name + " returned");
        }
        catch (NullReferenceException)
        {
            caught++;
        }
        catch (Exception e)
        {
            Console.WriteLine(name + " " + e.GetType().Name);
        }
    }

    static void ReadI(ref int x) { int y = x; }
    static void ReadB(ref Big x) { Big y = x; }
    static void ReadH(ref Huge x) { Huge y = x; }
    static void CopyH(ref Huge x, ref Huge y) { x = y; }
    static void InitB(ref Big x) { x = default(Big); }
    static void InitH(ref Huge x) { x = default(Huge); }
    static void FarR(ref Far f) { int x = f.z; }
    static void FarR2(ref Far f) { sink = f.z; }
    static void FarW(ref Far f) { f.z = 1; }
    static void FarY(ref Far f) { int x = f.y; }
    static void FarA(ref Far f) { ReadI(ref f.z); }
    static void Inc(ref int x) { x++; }

    static void Pointers(IntPtr a)
    {
        Try("ReadI", () => ReadI(ref *(int*)a));
        Try("ReadB", () => { ReadB(ref *(Big*)a); });
        Try("ReadH", () => ReadH(ref *(Huge*)a));
        Try("CopyH", () => CopyH(ref *(Huge*)a, ref *(Huge*)a));
        Try("InitB", () => InitB(ref *(Big*)a));
        Try("InitH", () => InitH(ref *(Huge*)a));
        Try("FarR", () => FarR(ref *(Far*)a));
        Try("FarR2", () => FarR2(ref *(Far*)a));
        Try("FarW", () => FarW(ref *(Far*)a));
        Try("FarY", () => FarY(ref *(Far*)a));
        Try("FarA", () => FarA(ref *(Far*)a));
        Try("Inc", () => Inc(ref *(int*)a));
        Try("Xchg", () => Interlocked.Exchange(ref *(int*)a, 1));
        Try("Xadd", () => Interlocked.Add(ref *(long*)a, 1));
        Try("Cas", () => Interlocked.CompareExchange(ref *(int*)a, 1, 0));
        Try("ExF", () => Interlocked.Exchange(ref *(float*)a, 1));
        Try("ExD", () => Interlocked.CompareExchange(ref *(double*)a, 1, 1));
        Try("IRead", () => Interlocked.Read(ref *(long*)a));
        Try("ExP", () => Interlocked.Exchange(ref *(IntPtr*)a, a));
        Try("VR", () => Volatile.Read(ref *(int*)a));
        Try("VW", () => Volatile.Write(ref *(long*)a, 1));
        Try("TVR", () => Thread.VolatileRead(ref *(int*)a));
        Try("Enter", () => { Monitor.Enter(new object(), ref *(bool*)a); });
        Try("MC1", () => { byte* l = stackalloc byte[16]; Buffer.MemoryCopy((void*)a, l, 16, 16); });
        Try("MC2", () => { byte* l = stackalloc byte[16]; Buffer.MemoryCopy(l, (void*)a, 16, 16); });
        Try("MC3", () => { var l = new byte[5000]; fixed (byte* z = l) { var w = (IntPtr)z; Buffer.MemoryCopy((void*)a, (void*)w, 5000, 5000); } });
        Try("RB", () => Marshal.ReadByte(a));
        Try("RI16", () => Marshal.ReadInt16(a));
        Try("RI32", () => Marshal.ReadInt32(a));
        Try("RI64", () => Marshal.ReadInt64(a));
        Try("RIP", () => Marshal.ReadIntPtr(a));
        Try("WB", () => Marshal.WriteByte(a, 1));
        Try("WI32", () => Marshal.WriteInt32(a, 1));
        Try("WI64", () => Marshal.WriteInt64(a, 1));
        Try("WIP", () => Marshal.WriteIntPtr(a, a));
        Try("WI16", () => Marshal.WriteInt16(a, 1));
        Try("TryParse", () => int.TryParse("1", out *(int*)a));
        Try("ToS", () => (*(int*)a).ToString());
        Try("tr", () => { var t = __makeref(*(int*)a); sink = __refvalue(t, int); });
        Try("box", () => { kept = *(int*)a; });
        Try("boxB", () => { kept = *(Big*)a; });
    }

    static void Library(IntPtr a)
    {
        Try("PtrA", () => Marshal.PtrToStringAnsi(a));
        Try("PtrU", () => Marshal.PtrToStringUni(a));
        Try("PtrA2", () => Marshal.PtrToStringAnsi(a, 4));
        Try("PtrU2", () => Marshal.PtrToStringUni(a, 4));
        Try("Auto", () => Marshal.PtrToStringAuto(a));
        Try("BSTR", () => Marshal.PtrToStringBSTR(a));
        Try("Cp1", () => Marshal.Copy(a, new byte[4], 0, 4));
        Try("Cp2", () => Marshal.Copy(new byte[4], 0, a, 4));
        Try("Cp3", () => Marshal.Copy(a, new double[4], 0, 4));
        Try("Cp4", () => Marshal.Copy(new int[4], 0, a, 4));
        Try("PtrS", () => Marshal.PtrToStructure(a, typeof(Far)));
        Try("StrP", () => Marshal.StructureToPtr(new Pt(), a, false));
        Try("Destr", () => Marshal.DestroyStructure(a, typeof(Pt)));
        Try("PtrS2", () => Marshal.PtrToStructure(a, new PtC()));
        Try("StrC", () => new string((char*)a));
        Try("StrS", () => new string((sbyte*)a));
        Try("StrC2", () => new string((char*)a, 0, 3));
        Try("StrS2", () => new string((sbyte*)a, 0, 3));
        Try("Enc", () => Encoding.UTF8.GetString((byte*)a, 4));
        Try("UMS", () => { var u = new UnmanagedMemoryStream((byte*)a, 16); u.ReadByte(); });
        Try("UMS2", () => { var u = new UnmanagedMemoryStream((byte*)a, 16); u.Read(new byte[8], 0, 8); });
    }

    static void Main()
    {
        foreach (int a in new[] { 0, 16, 0x1234, 0x8000 })
        {
            Pointers((IntPtr)a);
            if (a != 0)
                Library((IntPtr)a);
        }
        Console.WriteLine(caught);
    }
}
