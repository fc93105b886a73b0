// SPDX-License-Identifier: GPL-2.0 OR MIT
/* Virtual SPI controller: every transfer is handed to a user-space emulator through /dev/vspiN. */
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/spi/spi.h>
#include <linux/miscdevice.h>
#include <linux/fs.h>
#include <linux/uaccess.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/version.h>

struct vspi_hdr {		/* little endian, 24 bytes */
	__u32 seq;
	__u32 len;
	__u32 speed_hz;
	__u32 mode;
	__u8  cs;
	__u8  bits_per_word;
	__u8  flags;		/* 1 = CS was asserted for this transfer, 2 = CS is released after it */
	__u8  has_tx;
	__u16 delay_us;
	__u16 pad;
};

struct vspi {
	struct platform_device *pdev;
	struct spi_controller *ctlr;
	struct miscdevice misc;
	char name[16];
	wait_queue_head_t rd_wait, done_wait;
	struct mutex lock;
	atomic_t open;
	struct vspi_hdr hdr;
	const u8 *tx;
	u8 *rx;
	u32 seq;
	int state;		/* 0 idle, 1 posted, 2 taken, 3 done */
	int result;
};

static int timeout_ms = 2000;
module_param(timeout_ms, int, 0644);
static int num_cs = 2;
module_param(num_cs, int, 0444);
static int bus = 0;
module_param(bus, int, 0444);
static uint max_hz = 125000000;
module_param(max_hz, uint, 0444);
static bool no_cs = true;	/* the Raspberry Pi 5's controller has no such mode */
module_param(no_cs, bool, 0444);
static struct vspi *g;

static int vspi_exchange(struct vspi *v, struct spi_device *spi, struct spi_transfer *t, bool first, bool last)
{
	long r;
	mutex_lock(&v->lock);
	v->hdr.seq = ++v->seq;
	v->hdr.len = t->len;
	v->hdr.speed_hz = t->speed_hz;
	v->hdr.mode = spi->mode;
	v->hdr.cs = spi->chip_select;
	v->hdr.bits_per_word = t->bits_per_word;
	v->hdr.flags = (first ? 1 : 0) | (last ? 2 : 0);
	v->hdr.has_tx = t->tx_buf != NULL;
	v->hdr.delay_us = t->delay.unit == SPI_DELAY_UNIT_USECS ? t->delay.value : 0;
	v->tx = t->tx_buf;
	v->rx = t->rx_buf;
	v->result = -ETIMEDOUT;
	v->state = 1;
	mutex_unlock(&v->lock);
	wake_up_interruptible(&v->rd_wait);
	r = wait_event_timeout(v->done_wait, READ_ONCE(v->state) == 3, msecs_to_jiffies(timeout_ms));
	mutex_lock(&v->lock);
	r = v->state == 3 ? v->result : -ETIMEDOUT;
	v->state = 0;
	v->tx = NULL;
	v->rx = NULL;
	mutex_unlock(&v->lock);
	return r;
}

static int vspi_transfer_one_message(struct spi_controller *ctlr, struct spi_message *msg)
{
	struct vspi *v = spi_controller_get_devdata(ctlr);
	struct spi_transfer *t;
	bool first = true;
	int ret = 0;

	list_for_each_entry(t, &msg->transfers, transfer_list) {
		bool end = list_is_last(&t->transfer_list, &msg->transfers);
		bool release = end ? !t->cs_change : t->cs_change;
		if (t->len) {
			ret = vspi_exchange(v, msg->spi, t, first, release);
			if (ret)
				break;
		}
		msg->actual_length += t->len;
		spi_transfer_delay_exec(t);
		first = release;
	}
	msg->status = ret;
	spi_finalize_current_message(ctlr);
	return ret;
}

static int vspi_open(struct inode *i, struct file *f)
{
	if (atomic_cmpxchg(&g->open, 0, 1))
		return -EBUSY;
	f->private_data = g;
	return 0;
}
static int vspi_release(struct inode *i, struct file *f)
{
	atomic_set(&g->open, 0);
	return 0;
}
static ssize_t vspi_read(struct file *f, char __user *b, size_t n, loff_t *o)
{
	struct vspi *v = f->private_data;
	ssize_t r;
again:
	r = wait_event_interruptible(v->rd_wait, READ_ONCE(v->state) == 1);
	if (r)
		return r;
	mutex_lock(&v->lock);
	if (v->state != 1) {
		mutex_unlock(&v->lock);
		goto again;
	}
	r = sizeof(v->hdr) + v->hdr.len;
	if (n < r)
		r = -EMSGSIZE;
	else if (copy_to_user(b, &v->hdr, sizeof(v->hdr)))
		r = -EFAULT;
	else if (v->tx ? copy_to_user(b + sizeof(v->hdr), v->tx, v->hdr.len)
		       : clear_user(b + sizeof(v->hdr), v->hdr.len))
		r = -EFAULT;
	else
		v->state = 2;
	mutex_unlock(&v->lock);
	return r;
}
/* reply: u32 seq, s32 status, then len rx bytes when status is 0 */
static ssize_t vspi_write(struct file *f, const char __user *b, size_t n, loff_t *o)
{
	struct vspi *v = f->private_data;
	__u32 h[2];
	ssize_t r = n;
	if (n < 8 || copy_from_user(h, b, 8))
		return -EINVAL;
	mutex_lock(&v->lock);
	if (v->state != 2 || h[0] != v->hdr.seq) {
		r = -ESTALE;
	} else {
		v->result = (int)h[1];
		if (!v->result && v->rx && (n - 8 < v->hdr.len || copy_from_user(v->rx, b + 8, v->hdr.len)))
			v->result = -EIO;
		v->state = 3;
	}
	mutex_unlock(&v->lock);
	wake_up(&v->done_wait);
	return r;
}
static __poll_t vspi_poll(struct file *f, poll_table *w)
{
	struct vspi *v = f->private_data;
	poll_wait(f, &v->rd_wait, w);
	return READ_ONCE(v->state) == 1 ? EPOLLIN | EPOLLRDNORM : 0;
}
static const struct file_operations vspi_fops = {
	.owner = THIS_MODULE, .open = vspi_open, .release = vspi_release,
	.read = vspi_read, .write = vspi_write, .poll = vspi_poll, .llseek = noop_llseek,
};

static int __init vspi_init(void)
{
	struct spi_controller *c;
	int r, i;
	g = kzalloc(sizeof(*g), GFP_KERNEL);
	if (!g)
		return -ENOMEM;
	mutex_init(&g->lock);
	init_waitqueue_head(&g->rd_wait);
	init_waitqueue_head(&g->done_wait);
	g->pdev = platform_device_register_simple("vspi", PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(g->pdev)) {
		r = PTR_ERR(g->pdev);
		goto e1;
	}
	snprintf(g->name, sizeof(g->name), "vspi%d", bus);
	g->misc.minor = MISC_DYNAMIC_MINOR;
	g->misc.name = g->name;
	g->misc.fops = &vspi_fops;
	r = misc_register(&g->misc);
	if (r)
		goto e2;
	c = spi_alloc_master(&g->pdev->dev, 0);
	if (!c) {
		r = -ENOMEM;
		goto e3;
	}
	c->bus_num = bus;
	c->num_chipselect = num_cs;
	c->mode_bits = SPI_CPOL | SPI_CPHA | SPI_CS_HIGH | SPI_3WIRE | (no_cs ? SPI_NO_CS : 0);	/* as spi-bcm2835 */
	c->bits_per_word_mask = SPI_BPW_MASK(8);
	c->max_speed_hz = max_hz;
	c->transfer_one_message = vspi_transfer_one_message;
	spi_controller_set_devdata(c, g);
	g->ctlr = c;
	r = spi_register_controller(c);
	if (r) {
		spi_controller_put(c);
		goto e3;
	}
	for (i = 0; i < num_cs; i++) {
		struct spi_board_info bi = { .modalias = "spidev", .max_speed_hz = max_hz, .bus_num = bus, .chip_select = i };
		struct spi_device *d = spi_new_device(c, &bi);
		if (d && !driver_set_override(&d->dev, &d->driver_override, "spidev", 6)) {
			r = device_attach(&d->dev);
			if (r < 0) dev_warn(&d->dev, "attach %d\n", r);
		}
	}
	return 0;
e3:	misc_deregister(&g->misc);
e2:	platform_device_unregister(g->pdev);
e1:	kfree(g);
	return r;
}
static void __exit vspi_exit(void)
{
	spi_unregister_controller(g->ctlr);
	misc_deregister(&g->misc);
	platform_device_unregister(g->pdev);
	kfree(g);
}
module_init(vspi_init);
module_exit(vspi_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Virtual SPI controller backed by a user-space emulator");
