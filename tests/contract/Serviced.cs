// What servicing does to an assembly of the framework, without its sources: another build of it,
// in which one method is different.
//
//   Serviced body IN OUT TYPE METHOD NUMBER     the method, which gives a field of 32 bits, gives
//                                               NUMBER; the assembly is another build
//   Serviced parameter IN OUT TYPE METHOD       the method's first parameter that is an int is a
//                                               native int
//   Serviced build IN OUT                       another build, nothing else
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text;

static class Serviced
{
    static byte[] bytes;
    static PEReader file;
    static MetadataReader reader;

    static int Main(string[] args)
    {
        bytes = File.ReadAllBytes(args[1]);
        file = new PEReader(new MemoryStream((byte[])bytes.Clone()));
        reader = file.GetMetadataReader();
        Rebuild();
        if (args[0] == "body")
            Answer(Find(args[3], args[4]), int.Parse(args[5]));
        else if (args[0] == "parameter")
            Widen(Find(args[3], args[4]));
        File.WriteAllBytes(args[2], bytes);
        return 0;
    }

    // The version id of a module.
    static void Rebuild()
    {
        byte[] id = reader.GetGuid(reader.GetModuleDefinition().Mvid).ToByteArray();
        int at = bytes.AsSpan().IndexOf(id);
        bytes[at] ^= 0x55;
        if (at < 0 || bytes.AsSpan(at + 1).IndexOf(id) >= 0)
            throw new InvalidOperationException("no version id");
    }

    static MethodDefinitionHandle Find(string type, string method)
    {
        foreach (var handle in reader.TypeDefinitions)
        {
            var definition = reader.GetTypeDefinition(handle);
            if (reader.GetString(definition.Namespace) + "." + reader.GetString(definition.Name) != type)
                continue;
            foreach (var one in definition.GetMethods())
                if (reader.GetString(reader.GetMethodDefinition(one).Name) == method)
                    return one;
        }
        throw new ArgumentException(type + "." + method);
    }

    // ldarg.0, ldfld F, ret becomes nop, ldc.i4 N, ret.
    static void Answer(MethodDefinitionHandle handle, int number)
    {
        int rva = reader.GetMethodDefinition(handle).RelativeVirtualAddress;
        int section = file.PEHeaders.GetContainingSectionIndex(rva);
        var header = file.PEHeaders.SectionHeaders[section];
        int at = rva - header.VirtualAddress + header.PointerToRawData;
        if (bytes[at] != (7 << 2 | 2) || bytes[at + 1] != 0x02 || bytes[at + 2] != 0x7b || bytes[at + 7] != 0x2a)
            throw new InvalidOperationException("not a body that gives a field");
        bytes[at + 1] = 0x00;
        bytes[at + 2] = 0x20;
        BitConverter.TryWriteBytes(bytes.AsSpan(at + 3), number);
    }

    // A signature that others share may not be changed: another method's row is.
    static void Widen(MethodDefinitionHandle handle)
    {
        var definition = reader.GetMethodDefinition(handle);
        byte[] signature = reader.GetBlobBytes(definition.Signature);
        int parameter = Array.IndexOf(signature, (byte)0x08, 3);
        foreach (var other in reader.MethodDefinitions)
            if (other != handle && reader.GetMethodDefinition(other).Signature == definition.Signature)
                throw new InvalidOperationException("a signature of several methods");
        int heap = reader.GetHeapMetadataOffset(HeapIndex.Blob);
        int start = file.PEHeaders.MetadataStartOffset + heap + reader.GetHeapOffset(definition.Signature);
        int at = start + 1 + parameter; // its length takes one byte
        if (parameter < 0 || bytes[at] != 0x08)
            throw new InvalidOperationException("no int in " + BitConverter.ToString(signature));
        bytes[at] = 0x18;
    }
}
