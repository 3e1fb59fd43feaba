import time
from tests.fleet_runs.pulumi_runs import *
def test_x(machines, project):
    t=time.time()
    h = machines.together(db1="rhel-9.4")["db1"]
    print("host", time.time()-t); t=time.time()
    project.settings({"db1": {"connection": h.connection(), "target": {"local": {"path": "/var/crash"}}, "dumpLevel": 17}})
    print("settings", time.time()-t); t=time.time()
    print(project.pulumi("up --yes --skip-preview")); print("up", time.time()-t); t=time.time()
    print(project.readiness()); print(time.time()-t); t=time.time()
    print(project.pulumi("preview --refresh --expect-no-changes")); print(time.time()-t); t=time.time()
    h.run("sed -i 's/-d 17/-d 31/' /etc/kdump.conf; chmod 600 /etc/kdump.conf; chown ops /etc/kdump.conf; echo 'extra_modules x' >>/etc/kdump.conf")
    h.run("echo 'KEXEC_ARGS=\"-x\"' >>/etc/sysconfig/kdump; systemctl disable kdump; kexec -p -u; grubby --update-kernel=ALL --args=crashkernel=64M")
    print(project.pulumi("preview --refresh --diff")); print(time.time()-t); t=time.time()
    print(project.pulumi("up --refresh --yes")); print(time.time()-t); t=time.time()
    print(project.pulumi("preview --refresh --expect-no-changes")); print(time.time()-t); t=time.time()
    h.run("rm /etc/kdump.conf; systemctl mask kdump; grubby --update-kernel=ALL --remove-args=crashkernel")
    print(project.pulumi("preview --refresh --diff")); print(time.time()-t); t=time.time()
    print(project.pulumi("up --refresh --yes")); print(time.time()-t); t=time.time()
    print(project.pulumi("preview --refresh --expect-no-changes")); print(time.time()-t); t=time.time()
